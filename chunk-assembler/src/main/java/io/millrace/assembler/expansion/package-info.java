/** Reads the files of jobs ahead, outside the stream threads, into slices that are ready to be written. */
@NullMarked
package io.millrace.assembler.expansion;

import org.jspecify.annotations.NullMarked;
