/** A bad link on purpose. */
@NullMarked
package io.millrace.testing.link;

import org.jspecify.annotations.NullMarked;
