package io.millrace.publisher.protocol;

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
    private final Surroundings around;
    private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Serves subscribers with these. */
    public ResultsSocket(Vertx vertx, Surroundings around) {
        this.vertx = vertx;
        this.around = around;
    }

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
        if (around.meters().opened() > around.limits().sessions()) {
            around.meters().closed();
            throw new MillraceException(
                    ErrorCode.OVERLOADED, "there are " + around.limits().sessions() + " sockets already");
        }
        request.request()
                .toWebSocket()
                .onSuccess(socket -> open(socket, Forwarding.isForwarded(request)))
                .onFailure(failure -> around.meters().closed());
    }

    private void open(ServerWebSocket socket, boolean forwarded) {
        Context context = vertx.getOrCreateContext();
        ClientSession session = new ClientSession(around, socket, context, forwarded);
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
