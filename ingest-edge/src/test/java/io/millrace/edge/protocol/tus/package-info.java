/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.protocol.tus;

import org.jspecify.annotations.NullMarked;
