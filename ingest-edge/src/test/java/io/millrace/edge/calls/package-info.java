/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.calls;

import org.jspecify.annotations.NullMarked;
