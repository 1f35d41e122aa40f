/** Takes deliveries, runs them in batches through a backend, and hands their outcomes on. */
@NullMarked
package io.millrace.worker.inference;

import org.jspecify.annotations.NullMarked;
