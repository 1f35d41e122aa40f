/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.protocol.openai;

import org.jspecify.annotations.NullMarked;
