/** What the assembler measures. */
@NullMarked
package io.millrace.assembler.metrics;

import org.jspecify.annotations.NullMarked;
