/** Interactive requests: registered, put into their lane, and waited for. */
@NullMarked
package io.millrace.edge.calls;

import org.jspecify.annotations.NullMarked;
