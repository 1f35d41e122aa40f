/** The edge's way into Kafka: chunk records, stream events, requests. */
@NullMarked
package io.millrace.edge.kafka;

import org.jspecify.annotations.NullMarked;
