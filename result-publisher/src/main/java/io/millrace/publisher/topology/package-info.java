/** The Kafka Streams application: numbers the events of all streams and keeps their logs. */
@NullMarked
package io.millrace.publisher.topology;

import org.jspecify.annotations.NullMarked;
