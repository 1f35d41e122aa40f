/** Reads the bodies of requests that only refer to them. */
@NullMarked
package io.millrace.worker.payload;

import org.jspecify.annotations.NullMarked;
