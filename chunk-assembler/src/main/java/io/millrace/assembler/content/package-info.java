/** Reads the content of files back, outside the stream threads. */
@NullMarked
package io.millrace.assembler.content;

import org.jspecify.annotations.NullMarked;
