/** What a worker decides, without threads, clocks, Kafka or a model. */
@NullMarked
package io.millrace.worker.core;

import org.jspecify.annotations.NullMarked;
