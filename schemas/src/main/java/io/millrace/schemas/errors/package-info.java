/** The one catalogue of errors, and the one place that renders them. */
@NullMarked
package io.millrace.schemas.errors;

import org.jspecify.annotations.NullMarked;
