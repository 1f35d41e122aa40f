/** Tests of the Kafka clients, against a real broker. */
@NullMarked
package io.millrace.runtime.kafka;

import org.jspecify.annotations.NullMarked;
