/** Holds the wire to its promises. */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
