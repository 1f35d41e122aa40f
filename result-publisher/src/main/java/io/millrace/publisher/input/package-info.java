/** Reads the input files of jobs back, by the references that the assembler keeps. */
@NullMarked
package io.millrace.publisher.input;

import org.jspecify.annotations.NullMarked;
