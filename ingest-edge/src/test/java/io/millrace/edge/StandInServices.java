package io.millrace.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.FileList;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.RequestView;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.KafkaCluster;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Answers the edge's questions from what stands in the topics, in place of assembler and publisher. */
final class StandInServices implements AutoCloseable {
    private final KafkaCluster kafka;
    private final ChunkLog chunks;
    private final PublicServer server;
    private final Map<String, ServerWebSocket> waits = new ConcurrentHashMap<>();
    private final StandInSubscribers subscribers = new StandInSubscribers();
    private final Set<String> withDeltas = ConcurrentHashMap.newKeySet();
    private volatile boolean behind;
    private volatile boolean unsettled;
    private volatile boolean dead;

    StandInServices(KafkaCluster kafka, ServiceContext context) {
        this.kafka = kafka;
        this.chunks = new ChunkLog(kafka);
        Router router = Router.router(context.vertx());
        reads(
                router,
                "uploads/:id",
                request -> state(request.pathParam("id"), request.request().params()));
        reads(
                router,
                "uploads/:id/manifest",
                request -> manifest(request.pathParam("id"), request.request().params()));
        reads(router, "uploads/:id/sequences", request -> NumberedLog.of(chunks, request.pathParam("id")));
        reads(router, "files", this::files);
        reads(router, "usage", request -> Optional.of(chunks.usage()));
        reads(router, "jobs/:id", request -> job(request.pathParam("id")));
        reads(router, "requests/:id", request -> request(request.pathParam("id")));
        router.get("/internal/v1/calls")
                .handler(request -> request.request().toWebSocket().onSuccess(this::calls));
        subscribers.mount(router);
        this.server = PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router);
    }

    String address() {
        return "http://127.0.0.1:" + server.port();
    }

    /**
     * Lets the one who is asked be an instance that has taken over from one that died: what that one had put together or
     * checked it has yet to, which is done for everybody who waits for it.
     */
    void takeOver(boolean now) {
        unsettled = now;
    }

    /**
     * Lets the one who is asked for a file's pieces be an instance that has lost its work and does not know it: it has not seen
     * the end of any upload.
     */
    void fallBehind(boolean now) {
        behind = now;
    }

    /** Lets no assembler answer what an upload's state is. */
    void die(boolean now) {
        dead = now;
    }

    /** Where edges follow result streams. */
    StandInSubscribers subscribers() {
        return subscribers;
    }

    /** Whether an edge waits for this request. */
    boolean isAwaited(String requestId) {
        return waits.containsKey(requestId);
    }

    /** Whether the pieces of its result were asked for. */
    boolean wantsDeltas(String requestId) {
        return withDeltas.contains(requestId);
    }

    /** Sends a piece of this request's result to the edge that waits for it. */
    void delta(String requestId, long position, String text) {
        Delta delta = Delta.newBuilder()
                .setRequestId(requestId)
                .setAttempt("a")
                .setPosition(position)
                .setText(text)
                .build();
        CallSettled piece =
                CallSettled.newBuilder().setRequestId(requestId).setDelta(delta).build();
        Optional.ofNullable(waits.get(requestId)).orElseThrow().writeBinaryMessage(Buffer.buffer(piece.toByteArray()));
    }

    /** Tells the edge that waits for this request how it ended. */
    void settle(String requestId, Result result) {
        ServerWebSocket edge = Optional.ofNullable(waits.remove(requestId)).orElseThrow();
        CallSettled settled = CallSettled.newBuilder()
                .setRequestId(requestId)
                .setResult(result)
                .build();
        edge.writeBinaryMessage(Buffer.buffer(settled.toByteArray()));
    }

    @Override
    public void close() {
        server.close();
    }

    private Optional<UploadState> state(String id, MultiMap query) {
        if (dead) {
            throw new IllegalStateException("nobody has the partition");
        }
        Optional<UploadState> state = chunks.state(id);
        boolean early = behind || (unsettled && !Boolean.parseBoolean(query.get("settled")));
        return early ? state.map(StandInServices::unsettled) : state;
    }

    private static UploadState unsettled(UploadState state) {
        boolean complete = state.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE;
        if (complete && state.getOpen().getPartsCount() > 0) {
            return state.toBuilder()
                    .setStatus(UploadStatus.UPLOAD_STATUS_OPEN)
                    .setContiguous(0)
                    .build();
        }
        return complete && !state.getOpen().getSha256().isEmpty()
                ? state.toBuilder()
                        .setStatus(UploadStatus.UPLOAD_STATUS_VERIFYING)
                        .build()
                : state;
    }

    private Optional<ManifestPage> manifest(String id, MultiMap query) {
        // Without it an instance that is behind would not know that it is.
        if (query.get("seen") == null) {
            throw new IllegalArgumentException("nobody said up to where this was seen");
        }
        Optional<ManifestPage> page = chunks.manifest(id, Long.parseLong(query.get("from")));
        return behind ? page.map(StandInServices::beforeItsEnd) : page;
    }

    private static ManifestPage beforeItsEnd(ManifestPage page) {
        return ManifestPage.newBuilder()
                .setState(page.getState().toBuilder().setStatus(UploadStatus.UPLOAD_STATUS_OPEN))
                .build();
    }

    private void calls(ServerWebSocket edge) {
        edge.binaryMessageHandler(frame -> {
            try {
                AwaitCall await = CallFrame.parseFrom(frame.getBytes()).getAwait();
                if (await.getDeltas()) {
                    withDeltas.add(await.getRequestId());
                }
                waits.put(await.getRequestId(), edge);
            } catch (InvalidProtocolBufferException e) {
                edge.close();
            }
        });
    }

    private Optional<FileList> files(RoutingContext request) {
        MultiMap query = request.request().params();
        List<UploadState> files = new ArrayList<>(chunks.files());
        files.removeIf(file ->
                query.contains("purpose") && !file.getOpen().getPurpose().equals(query.get("purpose")));
        files.sort(Comparator.comparing(file -> file.getOpen().getUploadId()));
        if (query.get("order").equals("desc")) {
            Collections.reverse(files);
        }
        int from = 0;
        if (query.contains("after")) {
            List<String> ids =
                    files.stream().map(file -> file.getOpen().getUploadId()).toList();
            from = ids.indexOf(query.get("after")) + 1;
            if (from == 0) {
                return Optional.empty();
            }
        }
        int to = Math.min(files.size(), from + Integer.parseInt(query.get("limit")));
        return Optional.of(FileList.newBuilder()
                .addAllFiles(files.subList(from, to))
                .setMore(to < files.size())
                .build());
    }

    /** The first submission under an id stands. */
    private Optional<JobView> job(String jobId) {
        return TopicReader.all(kafka, Topics.RESULTS_JOBS).stream()
                .map(event -> event(event.value()))
                .filter(event -> event.getStreamId().equals(jobId))
                .findFirst()
                .map(event -> JobView.newBuilder()
                        .setJobId(jobId)
                        .setState(StreamState.newBuilder()
                                .setStatus(JobStatus.JOB_STATUS_VALIDATING)
                                .setJob(event.getJobSubmitted()))
                        .build());
    }

    /** The first call under an id stands. */
    private Optional<RequestView> request(String requestId) {
        return TopicReader.all(kafka, Topics.RESULTS_CALLS).stream()
                .map(event -> event(event.value()).getCallAccepted())
                .filter(call -> call.getRequestId().equals(requestId))
                .findFirst()
                .map(call -> RequestView.newBuilder()
                        .setFingerprint(call.getFingerprint())
                        .setAcceptedAtMs(call.getAcceptedAtMs())
                        .build());
    }

    static StreamEvent event(byte[] value) {
        try {
            return StreamEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("no stream event", e);
        }
    }

    /** Reads on a thread that may wait, and answers on the request's own. */
    private static void reads(
            Router router, String path, Function<RoutingContext, Optional<? extends MessageLite>> read) {
        router.get("/internal/v1/" + path)
                .handler(request -> request.vertx()
                        .<Optional<? extends MessageLite>>executeBlocking(() -> read.apply(request), false)
                        .onSuccess(message -> answer(request, message))
                        .onFailure(request::fail));
    }

    private static void answer(RoutingContext request, Optional<? extends MessageLite> message) {
        if (message.isEmpty()) {
            request.response().setStatusCode(404).end();
        } else {
            request.response().end(Buffer.buffer(message.get().toByteArray()));
        }
    }
}
