/** Translates what clients say; never touches Kafka. */
@NullMarked
package io.millrace.edge.protocol;

import org.jspecify.annotations.NullMarked;
