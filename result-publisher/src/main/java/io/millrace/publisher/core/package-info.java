/** Numbers what comes into a result stream; pure: the same log gives the same events, states and timers. */
@NullMarked
package io.millrace.publisher.core;

import org.jspecify.annotations.NullMarked;
