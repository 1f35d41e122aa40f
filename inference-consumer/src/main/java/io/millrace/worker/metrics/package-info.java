/** What the worker measures. */
@NullMarked
package io.millrace.worker.metrics;

import org.jspecify.annotations.NullMarked;
