package io.millrace.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;

/** Pings a socket and calls it dead after a time of silence. Used on its event loop only. */
public final class Liveness {
    private static final Duration PING = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Runnable dead;
    private final long timer;
    private long heardAt = System.nanoTime();

    private Liveness(Vertx vertx, ServerWebSocket socket, Runnable dead) {
        this.vertx = vertx;
        this.socket = socket;
        this.dead = dead;
        this.timer = vertx.setPeriodic(PING.toMillis(), id -> tick());
    }

    /** Watches a socket until {@link #stop}; takes its pong handler. */
    public static Liveness watch(Vertx vertx, ServerWebSocket socket, Runnable dead) {
        Liveness liveness = new Liveness(vertx, socket, dead);
        socket.pongHandler(pong -> liveness.heard());
        return liveness;
    }

    /** Something came from the other side. */
    public void heard() {
        heardAt = System.nanoTime();
    }

    /** Stops watching. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private void tick() {
        if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
            dead.run();
        } else {
            socket.writePing(Buffer.buffer());
        }
    }
}
