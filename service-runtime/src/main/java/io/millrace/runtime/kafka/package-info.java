/** Kafka as the services use it: producing without blocking, topics, dead letters, reading records back. */
@NullMarked
package io.millrace.runtime.kafka;

import org.jspecify.annotations.NullMarked;
