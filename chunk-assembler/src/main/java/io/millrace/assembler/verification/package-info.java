/** Compares the content of whole files with the digests that their clients gave. */
@NullMarked
package io.millrace.assembler.verification;

import org.jspecify.annotations.NullMarked;
