/** Tests of starting, stopping, health and servers. */
@NullMarked
package io.millrace.runtime;

import org.jspecify.annotations.NullMarked;
