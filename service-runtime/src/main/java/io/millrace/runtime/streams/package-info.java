/** What the services that are Kafka Streams applications share: settings, start and stop, memory, dead letters, progress. */
@NullMarked
package io.millrace.runtime.streams;

import org.jspecify.annotations.NullMarked;
