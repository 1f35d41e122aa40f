package io.millrace.publisher.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.hub.Owners;
import io.millrace.runtime.Liveness;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.Result;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The WebSocket {@code /internal/v1/calls}: an edge says for which calls it waits, and is told when they have their
 * outcome, also when they have it already. Frames are {@link CallFrame} and {@link CallSettled}.
 */
public final class CallsSocket {
    private static final long LOOK_AGAIN_MS = 200;

    private final Vertx vertx;
    private final CallWaits waits;
    private final Hub hub;
    private final Owners owners;
    private final EventLog log;
    private final BlockingReads reads;
    private final int maxWaits;

    /** Serves edges that wait for at most {@code maxWaits} calls each. */
    public CallsSocket(Vertx vertx, CallWaits waits, Owners owners, Surroundings around, int maxWaits) {
        this.vertx = vertx;
        this.waits = waits;
        this.owners = owners;
        this.hub = around.hub();
        this.log = around.log();
        this.reads = around.lookups();
        this.maxWaits = maxWaits;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/calls")
                .handler(request -> request.request()
                        .toWebSocket()
                        .onSuccess(socket -> open(request.request().connection(), socket)))
                .failureHandler(HttpErrors::render);
    }

    private void open(HttpConnection connection, ServerWebSocket socket) {
        Edge edge = new Edge(socket, vertx.getOrCreateContext());
        Liveness liveness = Liveness.watch(vertx, connection, socket, () -> edge.close(ErrorCode.UNAVAILABLE));
        socket.binaryMessageHandler(frame -> {
            liveness.heard();
            edge.received(frame);
        });
        socket.exceptionHandler(failure -> socket.close());
        socket.shutdownHandler(nothing -> edge.close(ErrorCode.SHUTTING_DOWN));
        socket.closeHandler(nothing -> {
            liveness.stop();
            edge.closed();
        });
    }

    /** One edge's connection; used on its event loop only. */
    private final class Edge {
        private final ServerWebSocket socket;
        private final Context context;
        private final Set<String> open = new HashSet<>();
        private final CallDeltas deltas;
        private final Consumer<Result> waiter = this::settled;

        Edge(ServerWebSocket socket, Context context) {
            this.socket = socket;
            this.context = context;
            this.deltas = new CallDeltas(hub, owners, socket, context);
        }

        void received(Buffer frame) {
            try {
                CallFrame call = CallFrame.parseFrom(frame.getBytes());
                switch (call.getFrameCase()) {
                    case AWAIT -> await(call.getAwait());
                    case FORGET_REQUEST_ID -> forget(call.getForgetRequestId());
                    case FRAME_NOT_SET -> close(ErrorCode.INVALID_REQUEST);
                }
            } catch (InvalidProtocolBufferException e) {
                close(ErrorCode.INVALID_REQUEST);
            }
        }

        private void await(AwaitCall call) {
            Optional<StreamKey> stream = StreamKey.of(call.getTenant(), call.getStreamId());
            Optional<Long> item = Ids.itemOfRequest(call.getStreamId(), call.getRequestId());
            if (stream.isEmpty() || item.isEmpty()) {
                close(ErrorCode.INVALID_REQUEST);
                return;
            }
            if (open.size() >= maxWaits) {
                close(ErrorCode.TOO_MANY_REQUESTS);
                return;
            }
            if (waits.add(call.getRequestId(), waiter)) {
                open.add(call.getRequestId());
                if (call.getDeltas()) {
                    deltas.watch(call.getRequestId(), stream.get());
                }
                lookUp(call.getRequestId(), stream.get(), item.get());
            }
        }

        /** It may have its outcome already; until that could be looked up, the answer is not known. */
        private void lookUp(String requestId, StreamKey stream, long item) {
            reads.run(context, () -> log.outcome(stream, item))
                    .onComplete(found -> lookedUp(requestId, stream, item, found));
        }

        private void lookedUp(String requestId, StreamKey stream, long item, AsyncResult<Optional<Result>> found) {
            if (found.succeeded()) {
                found.result().filter(result -> waits.remove(requestId, waiter)).ifPresent(waiter);
            } else if (waits.isWaiting(requestId, waiter)) {
                vertx.setTimer(LOOK_AGAIN_MS, id -> lookUp(requestId, stream, item));
            }
        }

        /** On any thread. */
        private void settled(Result result) {
            byte[] frame = CallSettled.newBuilder()
                    .setRequestId(result.getRequestId())
                    .setResult(result)
                    .build()
                    .toByteArray();
            context.runOnContext(nothing -> {
                open.remove(result.getRequestId());
                deltas.forget(result.getRequestId());
                socket.writeBinaryMessage(Buffer.buffer(frame));
            });
        }

        private void forget(String requestId) {
            open.remove(requestId);
            deltas.forget(requestId);
            waits.remove(requestId, waiter);
        }

        void close(ErrorCode code) {
            context.runOnContext(nothing -> socket.close((short) code.closeCode(), code.code()));
        }

        void closed() {
            open.forEach(requestId -> waits.remove(requestId, waiter));
            open.clear();
            deltas.close();
        }
    }
}
