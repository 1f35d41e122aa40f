package io.millrace.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;

/** Pings a socket and calls it dead after a time of silence. Used on its event loop only. */
public final class Liveness {
    private static final Duration PING = Duration.ofSeconds(10);
    private static final int PINGS_WITHOUT_AN_ANSWER = 3;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final long silenceNanos;
    private final Runnable dead;
    private final long timer;
    private long heardAt = System.nanoTime();

    private Liveness(Vertx vertx, ServerWebSocket socket, Duration ping, Runnable dead) {
        this.vertx = vertx;
        this.socket = socket;
        this.silenceNanos = ping.toNanos() * PINGS_WITHOUT_AN_ANSWER;
        this.dead = dead;
        this.timer = vertx.setPeriodic(ping.toMillis(), id -> tick());
    }

    /** Watches a socket until {@link #stop}, with a ping every ten seconds; takes its pong handler. */
    public static Liveness watch(Vertx vertx, ServerWebSocket socket, Runnable dead) {
        return watch(vertx, socket, PING, dead);
    }

    /** The same with another time between pings; the socket is dead after a silence of three times as long. */
    public static Liveness watch(Vertx vertx, ServerWebSocket socket, Duration ping, Runnable dead) {
        Liveness liveness = new Liveness(vertx, socket, ping, dead);
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
        if (System.nanoTime() - heardAt > silenceNanos) {
            dead.run();
        } else {
            socket.writePing(Buffer.buffer());
        }
    }
}
