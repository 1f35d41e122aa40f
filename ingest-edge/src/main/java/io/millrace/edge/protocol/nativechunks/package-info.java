/** The native protocol of {@code /v1/ingest}: many uploads over one WebSocket, in numbered chunks that come in any order. */
@NullMarked
package io.millrace.edge.protocol.nativechunks;

import org.jspecify.annotations.NullMarked;
