/** Result streams, which publishers have, for clients that are connected to the edge. */
@NullMarked
package io.millrace.edge.streams;

import org.jspecify.annotations.NullMarked;
