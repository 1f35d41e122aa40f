/** Kafka as operators' commands read it. */
@NullMarked
package io.millrace.standalone.operations.kafka;

import org.jspecify.annotations.NullMarked;
