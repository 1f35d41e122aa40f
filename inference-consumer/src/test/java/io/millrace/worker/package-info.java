/** Tests of the whole worker with a real broker and the real model. */
@NullMarked
package io.millrace.worker;

import org.jspecify.annotations.NullMarked;
