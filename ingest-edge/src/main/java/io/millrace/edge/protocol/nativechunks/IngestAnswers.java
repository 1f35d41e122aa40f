package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.IngestServerFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/** What one connection says to its client, until it is closed. For its event loop alone. */
final class IngestAnswers {
    private final ServerWebSocket socket;
    private boolean closed;
    private short closeCode;
    private @Nullable String closeReason;

    IngestAnswers(ServerWebSocket socket) {
        this.socket = socket;
    }

    void send(IngestServerFrame frame) {
        if (!closed) {
            socket.writeBinaryMessage(Buffer.buffer(frame.toByteArray()));
        }
    }

    /** Says why, and ends the connection; what was acknowledged stays. The first reason is the one that is told. */
    void close(ErrorCode code, String why) {
        if (!closed) {
            closed = true;
            closeCode = (short) code.closeCode();
            closeReason = why;
        }
        // Vert.x asks for it a second time, through the handler of shutdowns, before it does it.
        socket.close(closeCode, closeReason);
    }

    /** The connection is gone. */
    void closed() {
        closed = true;
    }
}
