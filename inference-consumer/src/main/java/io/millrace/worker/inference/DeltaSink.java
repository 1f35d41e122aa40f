package io.millrace.worker.inference;

import io.millrace.worker.core.DeltaBuffer;

/** Where the pieces of streamed results go. */
@FunctionalInterface
public interface DeltaSink {
    /** Sends a piece on; does not block, and a piece that is lost is no harm. */
    void send(RequestAttempt attempt, DeltaBuffer.Piece piece);
}
