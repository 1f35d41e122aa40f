package io.millrace.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Pings a socket and calls it dead when three pings in a row were followed by nothing. Pings count, not time: where this side stood still,
 * the other had nothing to answer. A connection that is still there at the next ping is cut: the frame that closes it waits behind what
 * its other side does not read. Used on its event loop only.
 */
public final class Liveness {
    private static final Duration PING = Duration.ofSeconds(10);
    private static final int PINGS_WITHOUT_AN_ANSWER = 3;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final HttpConnection connection;
    private final long pingMs;
    private final Runnable dead;
    private long timer;
    private int unanswered;
    private boolean isDead;
    private boolean isStopped;
    private BooleanSupplier excuse = () -> false;

    private Liveness(Vertx vertx, HttpConnection connection, ServerWebSocket socket, Duration ping, Runnable dead) {
        this.vertx = vertx;
        this.socket = socket;
        this.connection = connection;
        this.pingMs = ping.toMillis();
        this.dead = dead;
        this.timer = vertx.setTimer(pingMs, id -> tick());
    }

    /**
     * Watches a socket until {@link #stop}, with a ping every ten seconds; takes its pong handler.
     *
     * @param connection of the request from which the socket was made
     */
    public static Liveness watch(Vertx vertx, HttpConnection connection, ServerWebSocket socket, Runnable dead) {
        return watch(vertx, connection, socket, PING, dead);
    }

    /** The same with another time between pings; the socket is dead after a silence of three to four times as long. */
    public static Liveness watch(
            Vertx vertx, HttpConnection connection, ServerWebSocket socket, Duration ping, Runnable dead) {
        Liveness liveness = new Liveness(vertx, connection, socket, ping, dead);
        socket.pongHandler(pong -> liveness.heard());
        return liveness;
    }

    /** Silence does not count while this holds: that this side does not read. */
    public Liveness unless(BooleanSupplier notReading) {
        excuse = notReading;
        return this;
    }

    /** Something came from the other side. */
    public void heard() {
        unanswered = 0;
    }

    /** Stops watching. */
    public void stop() {
        isStopped = true;
        vertx.cancelTimer(timer);
    }

    private void tick() {
        if (excuse.getAsBoolean()) {
            heard();
        }
        if (isDead && connection instanceof HttpServerConnection open) {
            // From the first of its handlers, because Vert.x's own would write a closing frame again.
            var unused = open.channelHandlerContext().pipeline().firstContext().close();
        } else if (unanswered >= PINGS_WITHOUT_AN_ANSWER) {
            isDead = true;
            dead.run();
        } else {
            unanswered++;
            socket.writePing(Buffer.buffer());
        }
        if (!isStopped) {
            // A periodic timer would make up for the ticks of a pause at once.
            timer = vertx.setTimer(pingMs, id -> tick());
        }
    }
}
