/** Tests of the way of a delivery through batches. */
@NullMarked
package io.millrace.worker.inference;

import org.jspecify.annotations.NullMarked;
