/** Shows that what watches and breaks things can be trusted. */
@NullMarked
package io.millrace.testing.guarantee;

import org.jspecify.annotations.NullMarked;
