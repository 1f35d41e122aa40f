/** Decodes what clients compressed, into no more bytes than they announced. */
@NullMarked
package io.millrace.edge.codec;

import org.jspecify.annotations.NullMarked;
