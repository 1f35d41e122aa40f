/** Holds the errors to their shapes. */
@NullMarked
package io.millrace.schemas.errors;

import org.jspecify.annotations.NullMarked;
