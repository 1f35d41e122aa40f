/** A whole deployment under a steady mixed load, whose processes are killed, frozen and stopped while every guarantee is watched. */
@NullMarked
package io.millrace.bench.faults;

import org.jspecify.annotations.NullMarked;
