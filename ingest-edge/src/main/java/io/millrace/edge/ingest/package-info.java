/** Uploads, whatever the protocol: create, append, complete, cancel, query. */
@NullMarked
package io.millrace.edge.ingest;

import org.jspecify.annotations.NullMarked;
