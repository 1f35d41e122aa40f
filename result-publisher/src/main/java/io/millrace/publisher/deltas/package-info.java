/** Results that are still being made, on their way to those who watch; nothing of them is kept. */
@NullMarked
package io.millrace.publisher.deltas;

import org.jspecify.annotations.NullMarked;
