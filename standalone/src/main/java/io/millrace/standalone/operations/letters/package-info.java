/** Dead letters in their topic: read, put back, discarded. */
@NullMarked
package io.millrace.standalone.operations.letters;

import org.jspecify.annotations.NullMarked;
