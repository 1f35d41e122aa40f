/** Tests of the package of the same name. */
@NullMarked
package io.millrace.edge.ingest;

import org.jspecify.annotations.NullMarked;
