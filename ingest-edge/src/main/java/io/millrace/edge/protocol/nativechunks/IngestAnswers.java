package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestServerFrame;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What one connection says to its client, until it is closed. For its event loop alone. */
final class IngestAnswers {
    private final IngestSurroundings around;
    private final ServerWebSocket socket;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean closed;
    private short closeCode;
    private @Nullable String closeReason;

    IngestAnswers(IngestSurroundings around, ServerWebSocket socket) {
        this.around = around;
        this.socket = socket;
    }

    /** Completes when the frame has left, or when it never will. */
    Future<Void> send(IngestServerFrame frame) {
        return closed
                ? Future.succeededFuture()
                : socket.writeBinaryMessage(Buffer.buffer(frame.toByteArray())).otherwiseEmpty();
    }

    /** The upload or request of this number is refused as a whole. */
    void refuse(int number, MillraceException why) {
        around.refused(why.code());
        send(ServerFrames.refused(number, OptionalLong.empty(), why));
    }

    /** One chunk is refused, and its upload goes on. */
    void refuseChunk(int number, long sequence, MillraceException why) {
        send(ServerFrames.refused(number, OptionalLong.of(sequence), why));
    }

    /** The subscription of this number is refused, or has ended. */
    void refuseSubscription(int number, MillraceException why) {
        around.refused(why.code());
        send(ServerFrames.refusedSubscription(number, why));
    }

    /** Whether the client takes less than it is sent. */
    boolean isFull() {
        return !closed && socket.writeQueueFull();
    }

    /** Runs something once, as soon as the client has taken what it was sent. */
    void onRoom(Runnable action) {
        if (waiting.isEmpty()) {
            socket.drainHandler(nothing -> {
                List<Runnable> actions = List.copyOf(waiting);
                waiting.clear();
                actions.forEach(Runnable::run);
            });
        }
        waiting.add(action);
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
