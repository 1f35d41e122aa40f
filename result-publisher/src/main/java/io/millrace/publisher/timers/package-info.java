/** Time: what is due is sent into the topics, where it is decided like everything else. */
@NullMarked
package io.millrace.publisher.timers;

import org.jspecify.annotations.NullMarked;
