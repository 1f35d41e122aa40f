/** The {@code millrace} command: all services and a broker in one process, and what a user does with them. */
@NullMarked
package io.millrace.standalone;

import org.jspecify.annotations.NullMarked;
