/** Tests of batching. */
@NullMarked
package io.millrace.worker.core;

import org.jspecify.annotations.NullMarked;
