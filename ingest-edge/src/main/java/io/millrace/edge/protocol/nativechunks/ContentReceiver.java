package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;

/** Takes content that a client sends in chunks, under numbers of its own. */
interface ContentReceiver {
    /** The number is a new one. */
    void open(IngestOpen open);

    void chunk(IngestChunk chunk);

    void complete(IngestComplete asked);

    void cancel(int number);

    void query(int number);
}
