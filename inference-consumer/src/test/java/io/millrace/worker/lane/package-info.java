/** Tests of reading lanes with a real broker. */
@NullMarked
package io.millrace.worker.lane;

import org.jspecify.annotations.NullMarked;
