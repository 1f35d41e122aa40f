/** The chunk-assembler: puts uploads together and turns the files of jobs into requests. */
@NullMarked
package io.millrace.assembler;

import org.jspecify.annotations.NullMarked;
