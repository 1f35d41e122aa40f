/** Tests of the backends with the real model. */
@NullMarked
package io.millrace.worker.backend;

import org.jspecify.annotations.NullMarked;
