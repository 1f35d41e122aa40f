package io.millrace.publisher.protocol;

import io.millrace.runtime.Cork;
import io.millrace.runtime.Liveness;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** The WebSocket {@code /v1/results}: makes a session of each socket. Thread-safe. */
public final class ResultsSocket implements AutoCloseable {
    private static final long DRAIN_MS_EACH = 2;

    private final Vertx vertx;
    private final Surroundings around;
    private final Duration ping;
    private final Duration drain;
    private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Serves subscribers with these, pinged so often; at the end they are sent away over the time of {@code drain}. */
    public ResultsSocket(Vertx vertx, Surroundings around, Duration ping, Duration drain) {
        this.vertx = vertx;
        this.around = around;
        this.ping = ping;
        this.drain = drain;
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
                .onSuccess(socket -> open(request, socket))
                .onFailure(failure -> around.meters().closed());
    }

    private void open(RoutingContext request, ServerWebSocket socket) {
        Context context = vertx.getOrCreateContext();
        Cork cork = Cork.of(request.request().connection());
        ClientSession session = new ClientSession(around, socket, cork, context, Forwarding.isForwarded(request));
        sessions.add(session);
        Liveness liveness = Liveness.watch(
                vertx,
                request.request().connection(),
                socket,
                ping,
                () -> session.close(ErrorCode.UNAVAILABLE, "nothing was heard for too long"));
        socket.textMessageHandler(text -> {
            liveness.heard();
            session.received(text);
        });
        socket.binaryMessageHandler(bytes -> {
            liveness.heard();
            session.malformed(null, ErrorCode.INVALID_REQUEST, "this socket speaks text frames only");
        });
        socket.exceptionHandler(failure -> socket.close());
        AtomicBoolean leaving = new AtomicBoolean();
        socket.frameHandler(frame -> leaving.compareAndSet(false, frame.isClose()));
        // This comes also when the client closes the socket, before its frame does; then there is nothing more to say.
        socket.shutdownHandler(nothing -> context.runOnContext(later -> {
            if (leaving.get()) {
                socket.close();
            } else {
                sendAway(session);
            }
        }));
        socket.closeHandler(nothing -> {
            liveness.stop();
            sessions.remove(session);
            session.closed();
            around.meters().closed();
        });
        if (stopping) {
            sendAway(session);
        }
    }

    /** At some time soon, so that thousands do not come back to the other instances at the same moment. */
    private void sendAway(ClientSession session) {
        long most = Math.min(drain.toMillis(), sessions.size() * DRAIN_MS_EACH);
        vertx.setTimer(
                1 + ThreadLocalRandom.current().nextLong(most + 1),
                id -> session.close(ErrorCode.SHUTTING_DOWN, "connect again"));
    }

    /** Tells everyone to connect again elsewhere, and takes no one any more. */
    @Override
    public void close() {
        stopping = true;
        sessions.forEach(this::sendAway);
    }
}
