package io.millrace.edge.protocol.nativechunks;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.codec.ChunkDecoder;
import io.millrace.edge.ingest.ChunkedUploads;
import io.millrace.edge.jobs.JobService;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.edge.streams.ResultStreams;
import io.millrace.runtime.Liveness;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The WebSocket {@code /v1/ingest}: makes a session of each socket. Thread-safe. */
public final class IngestSocket implements AutoCloseable {
    private static final String PATH = "/v1/ingest";

    private final IngestSurroundings around;
    private final Set<IngestSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Writes through these uploads, waits for jobs that they start, runs these calls, and reads these streams. */
    public IngestSocket(
            Vertx vertx,
            ChunkedUploads uploads,
            JobService jobs,
            NativeCalls calls,
            ResultStreams streams,
            MeterRegistry meters) {
        this.around = new IngestSurroundings(
                vertx, uploads, jobs, calls, streams, new ChunkDecoder(), new ChunkMeters(meters));
        EdgeMetrics.SOCKETS.gauge(meters, sessions, Set::size);
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get(PATH).handler(this::upgrade);
    }

    private void upgrade(RoutingContext request) {
        if (!"websocket".equalsIgnoreCase(request.request().getHeader("Upgrade"))) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, PATH + " speaks WebSocket only");
        }
        if (stopping) {
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping");
        }
        request.request()
                .toWebSocket()
                .onSuccess(socket -> open(request.request().connection(), socket));
    }

    private void open(HttpConnection connection, ServerWebSocket socket) {
        IngestSession session = new IngestSession(around, socket);
        sessions.add(session);
        Liveness liveness = Liveness.watch(around.vertx(), connection, socket, session::silent)
                .unless(session::paused);
        socket.binaryMessageHandler(frame -> {
            liveness.heard();
            session.received(frame);
        });
        socket.textMessageHandler(
                text -> session.close(ErrorCode.INVALID_REQUEST, "this socket speaks binary frames only"));
        socket.exceptionHandler(failure -> socket.close());
        socket.shutdownHandler(nothing -> session.close(ErrorCode.SHUTTING_DOWN, "connect again"));
        socket.closeHandler(nothing -> {
            liveness.stop();
            sessions.remove(session);
            session.closed();
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
