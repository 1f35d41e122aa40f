/** The model backends. */
@NullMarked
package io.millrace.worker.backend;

import org.jspecify.annotations.NullMarked;
