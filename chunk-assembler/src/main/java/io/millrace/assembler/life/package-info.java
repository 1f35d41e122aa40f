/** Ends what has lived too long, judged by the wall clock and told to the uploads' owners through their topic. */
@NullMarked
package io.millrace.assembler.life;

import org.jspecify.annotations.NullMarked;
