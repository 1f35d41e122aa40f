/** In which trace a request is, wherever the edge works for it. */
@NullMarked
package io.millrace.edge.trace;

import org.jspecify.annotations.NullMarked;
