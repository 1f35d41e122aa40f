/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.core;

import org.jspecify.annotations.NullMarked;
