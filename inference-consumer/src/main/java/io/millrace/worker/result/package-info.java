/** Writes results into their streams. */
@NullMarked
package io.millrace.worker.result;

import org.jspecify.annotations.NullMarked;
