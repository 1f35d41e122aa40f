package io.millrace.edge.protocol.nativechunks;

import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;

/**
 * How many bytes of one connection may be under way. The client is told; one that goes on nevertheless is not read any more
 * until there is room. For the connection's event loop alone.
 */
final class SessionCredit {
    private final IngestSurroundings around;
    private final ServerWebSocket socket;
    private final Runnable tell;
    private final Context context;
    private long underWay;
    private boolean paused;
    private boolean waitingForRoom;

    /** @param tell called when there is room again after the client was told that there is none */
    SessionCredit(IngestSurroundings around, ServerWebSocket socket, Runnable tell) {
        this.around = around;
        this.socket = socket;
        this.tell = tell;
        this.context = around.vertx().getOrCreateContext();
    }

    /** What to tell the client: the window, or nothing while the producer has no room. */
    long granted() {
        if (around.uploads().room()) {
            return around.window();
        }
        waitForRoom();
        return 0;
    }

    void taken(long bytes) {
        underWay += Math.max(0, bytes);
        adjust();
    }

    void givenBack(long bytes) {
        underWay -= Math.max(0, bytes);
        adjust();
    }

    boolean paused() {
        return paused;
    }

    private void adjust() {
        boolean room = around.uploads().room();
        boolean full = underWay >= around.window() || !room;
        if (full && !paused) {
            paused = true;
            socket.pause();
        } else if (!full && paused) {
            paused = false;
            socket.resume();
        }
        if (!room) {
            waitForRoom();
        }
    }

    private void waitForRoom() {
        if (!waitingForRoom) {
            waitingForRoom = true;
            around.uploads()
                    .onRoom(() -> context.runOnContext(now -> {
                        waitingForRoom = false;
                        adjust();
                        tell.run();
                    }));
        }
    }
}
