/** The edge: takes uploads and calls from clients and writes them to Kafka; keeps nothing itself. */
@NullMarked
package io.millrace.edge;

import org.jspecify.annotations.NullMarked;
