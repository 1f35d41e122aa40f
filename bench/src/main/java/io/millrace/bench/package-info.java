/** Figures: each measured beside its baseline in the same run, printed with its target and the machine's data. */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
