/** Answers how far an upload is: read-your-writes, by whichever instance owns it. */
@NullMarked
package io.millrace.assembler.query;

import org.jspecify.annotations.NullMarked;
