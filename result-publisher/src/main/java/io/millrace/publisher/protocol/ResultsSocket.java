package io.millrace.publisher.protocol;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.Hub;
import io.millrace.runtime.Liveness;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The WebSocket {@code /v1/results}: makes a session of each socket. Thread-safe. */
public final class ResultsSocket implements AutoCloseable {
    private final Vertx vertx;
    private final ClientSession.Surroundings around;
    private final int maxSessions;
    private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Serves from the hub and, for what is older, from the log. */
    public ResultsSocket(
            Vertx vertx,
            Hub hub,
            EventLog log,
            BlockingReads pages,
            BlockingReads lookups,
            SessionLimits limits,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.maxSessions = limits.sessions();
        this.around = new ClientSession.Surroundings(
                hub, log, pages, lookups, limits.subscriptions(), new SessionMeters(meters));
    }

    /**
     * Bounds.
     *
     * @param sessions sockets in all
     * @param subscriptions subscriptions of one socket
     */
    public record SessionLimits(int sessions, int subscriptions) {}

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/v1/results").handler(this::upgrade).failureHandler(HttpErrors::render);
    }

    private void upgrade(RoutingContext request) {
        if (!"websocket".equalsIgnoreCase(request.request().getHeader("Upgrade"))) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, "/v1/results speaks WebSocket only");
        }
        if (stopping) {
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping");
        }
        if (around.meters().opened() > maxSessions) {
            around.meters().closed();
            throw new MillraceException(ErrorCode.OVERLOADED, "there are " + maxSessions + " sockets already");
        }
        request.request()
                .toWebSocket()
                .onSuccess(this::open)
                .onFailure(failure -> around.meters().closed());
    }

    private void open(ServerWebSocket socket) {
        Context context = vertx.getOrCreateContext();
        ClientSession session = new ClientSession(around, socket, context);
        sessions.add(session);
        Liveness liveness = Liveness.watch(
                vertx, socket, () -> session.close(ErrorCode.UNAVAILABLE, "nothing was heard for too long"));
        socket.textMessageHandler(text -> {
            liveness.heard();
            session.received(text);
        });
        socket.binaryMessageHandler(bytes -> {
            liveness.heard();
            session.malformed(null, ErrorCode.INVALID_REQUEST, "this socket speaks text frames only");
        });
        socket.exceptionHandler(failure -> socket.close());
        socket.shutdownHandler(nothing -> session.close(ErrorCode.SHUTTING_DOWN, "connect again"));
        socket.closeHandler(nothing -> {
            liveness.stop();
            sessions.remove(session);
            session.closed();
            around.meters().closed();
        });
        if (stopping) {
            session.close(ErrorCode.SHUTTING_DOWN, "connect again");
        }
    }

    /** Tells everyone to connect again elsewhere, and takes no one any more. */
    @Override
    public void close() {
        stopping = true;
        sessions.forEach(session -> session.close(ErrorCode.SHUTTING_DOWN, "connect again"));
    }
}
