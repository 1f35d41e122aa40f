/** Resumable uploads for HTTP, as the IETF's drafts say. */
@NullMarked
package io.millrace.edge.protocol.ietf;

import org.jspecify.annotations.NullMarked;
