package io.millrace.edge.calls;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.edge.core.CallPlan;
import io.millrace.edge.kafka.WorkProducer;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.edge.queries.RequestQueries;
import io.millrace.edge.trace.Traces;
import io.millrace.runtime.ServiceSockets;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.metrics.MetersByLabel;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.RequestView;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs interactive requests: registered in their stream, then put into their lane, then waited for. */
public final class CallService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallService.class);
    private static final long ASK_AGAIN_MS = 200;

    private final Vertx vertx;
    private final WorkProducer work;
    private final RequestQueries requests;
    private final CallRegistry registry;
    private final WebSocketClient client;
    private final List<CallLink> links;
    private final CallLimits limits;
    private final InstantSource clock;
    private final MetersByLabel<MetersByLabel<Timer>> times;

    /**
     * Opens the sockets to all publishers.
     *
     * @param requests says how a call stands that came under an idempotency key
     * @param publishers their base addresses
     */
    public CallService(
            Vertx vertx,
            WorkProducer work,
            RequestQueries requests,
            List<String> publishers,
            CallLimits limits,
            MeterRegistry meters,
            InstantSource clock) {
        this.vertx = vertx;
        this.work = work;
        this.requests = requests;
        this.registry = new CallRegistry(vertx, limits.waiting(), limits.timeout());
        this.client = ServiceSockets.client(vertx);
        this.links = publishers.stream().map(this::link).toList();
        this.limits = limits;
        this.clock = clock;
        this.times = new MetersByLabel<>(
                endpoint -> new MetersByLabel<>(end -> EdgeMetrics.CALL.timer(meters, endpoint, end)));
        EdgeMetrics.CALLS_WAITING.gauge(meters, registry, CallRegistry::size);
        links.forEach(CallLink::open);
    }

    /** Why no call can be answered now, if so. */
    public Optional<String> reasonNotReady() {
        return links.stream().anyMatch(CallLink::isOpen) ? Optional.empty() : Optional.of("no publisher is connected");
    }

    /** A call. */
    public Call newCall(String tenant, CallIdentity identity, CallPlan plan, byte[] body) {
        return new Call(
                tenant,
                identity.streamId(tenant, plan.endpoint(), clock.millis()),
                identity.item(plan.endpoint()),
                plan.model().name(),
                plan.endpoint(),
                ByteString.copyFrom(body),
                plan.streamed(),
                identity.fingerprint(plan, body));
    }

    /**
     * Runs a call.
     *
     * @param onDelta gets the pieces of its result, if it is streamed, on the caller's event loop
     * @return whose result fails with a {@link MillraceException} when the call could not be
     *     accepted, its key was used for another one ({@link ErrorCode#IDEMPOTENCY_CONFLICT}), or it has no result in time
     *     ({@link ErrorCode#REQUEST_RUNNING}) and goes on
     */
    public RunningCall run(Call call, Consumer<Delta> onDelta) {
        AwaitCall await = AwaitCall.newBuilder()
                .setTenant(call.tenant())
                .setStreamId(call.streamId())
                .setRequestId(call.requestId())
                .setDeltas(call.streamed())
                .build();
        CallRegistry.Wait wait = registry.await(await, onDelta);
        send(CallFrame.newBuilder().setAwait(await).build());
        long now = clock.millis();
        Future<Void> accepted = onCaller(work.event(StreamKind.STREAM_KIND_CALL, accepted(call, now)))
                .compose(registered -> isNew(call, now, registered))
                .compose(isNew -> isNew
                        ? onCaller(work.request(Lane.ONLINE, request(call, now)))
                                .<Void>mapEmpty()
                        : Future.<Void>succeededFuture())
                .onFailure(failed -> forget(call, wait));
        Future<Result> result = accepted.compose(inLane -> wait.result())
                .onComplete((answer, failed) -> times.of(call.endpoint())
                        .of(failed == null ? "result" : "failed")
                        .record(Duration.ofMillis(clock.millis() - now)));
        return new RunningCall(accepted, result, () -> abandon(call, wait));
    }

    /**
     * Whether a call came for the first time, as its stream says. A call that came before is only waited for; should its first
     * edge have died before it put the request into the lane, the deadline ends it.
     */
    private Future<Boolean> isNew(Call call, long acceptedAtMs, ProducedTo registered) {
        if (!call.isKeyed()) {
            return Future.succeededFuture(true);
        }
        return ask(call, registered, acceptedAtMs + limits.timeout().toMillis())
                .map(known -> isNew(call, acceptedAtMs, known));
    }

    /** Asks until there is an answer, because an accepted call that is not put into its lane would wait for its deadline. */
    private Future<RequestView> ask(Call call, ProducedTo registered, long giveUpAtMs) {
        return requests.find(call.tenant(), call.requestId(), registered.partition(), registered.offset())
                .map(found -> found.orElseThrow(
                        () -> new MillraceException(ErrorCode.UNAVAILABLE, "the call is not known yet")))
                .recover(failed -> clock.millis() < giveUpAtMs
                        ? vertx.timer(ASK_AGAIN_MS).compose(later -> ask(call, registered, giveUpAtMs))
                        : Future.failedFuture(failed));
    }

    private static boolean isNew(Call call, long acceptedAtMs, RequestView known) {
        if (!known.getFingerprint().equals(call.fingerprint())) {
            throw MillraceException.about(
                    "Idempotency-Key",
                    ErrorCode.IDEMPOTENCY_CONFLICT,
                    "this Idempotency-Key was used for another request: " + call.requestId());
        }
        return !known.hasResult() && known.getAcceptedAtMs() == acceptedAtMs;
    }

    /** Ends a call that nobody wants any more; completes when that is written. */
    public Future<Void> cancel(String tenant, String requestId) {
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(tenant)
                .setStreamId(Ids.streamOfRequest(requestId))
                .setCancelRequested(CancelRequested.newBuilder()
                        .setRequestedAtMs(clock.millis())
                        .setRequestId(requestId))
                .build();
        return onCaller(work.event(StreamKind.STREAM_KIND_CALL, event)).mapEmpty();
    }

    private <T> Future<T> onCaller(CompletableFuture<T> produced) {
        return Future.fromCompletionStage(produced, vertx.getOrCreateContext());
    }

    /**
     * The client has gone: nobody waits for its call any more. What has not run yet need not run, unless the call belongs to a
     * session, where its result can be read by others, or has a key, with which its caller may come back.
     */
    private void abandon(Call call, CallRegistry.Wait wait) {
        if (forget(call, wait) && !call.outlivesItsCaller()) {
            cancel(call.tenant(), call.requestId())
                    .onFailure(failed -> LOG.atDebug()
                            .addKeyValue("request", call.requestId())
                            .setCause(failed)
                            .log("call not cancelled; its deadline ends it"));
        }
    }

    private boolean forget(Call call, CallRegistry.Wait wait) {
        boolean last = registry.forget(wait);
        if (last) {
            send(CallFrame.newBuilder().setForgetRequestId(call.requestId()).build());
        }
        return last;
    }

    @Override
    public void close() {
        links.forEach(CallLink::close);
        client.close();
    }

    private CallLink link(String address) {
        return new CallLink(
                vertx,
                client,
                address,
                () -> registry.waiting().stream()
                        .map(await -> CallFrame.newBuilder().setAwait(await).build()),
                this::settled);
    }

    private void settled(CallSettled settled) {
        if (settled.hasDelta()) {
            registry.delta(settled.getRequestId(), settled.getDelta());
            return;
        }
        registry.settle(settled.getRequestId(), settled.getResult());
    }

    private void send(CallFrame frame) {
        links.forEach(link -> link.send(frame));
    }

    private StreamEvent accepted(Call call, long now) {
        return StreamEvent.newBuilder()
                .setTenant(call.tenant())
                .setStreamId(call.streamId())
                .setCallAccepted(CallAccepted.newBuilder()
                        .setRequestId(call.requestId())
                        .setItem(call.item())
                        .setModel(call.model())
                        .setEndpoint(call.endpoint())
                        .setAcceptedAtMs(now)
                        .setDeadlineMs(now + limits.deadline().toMillis())
                        .setFingerprint(call.fingerprint()))
                .build();
    }

    private InferenceRequest request(Call call, long now) {
        return InferenceRequest.newBuilder()
                .setTenant(call.tenant())
                .setRequestId(call.requestId())
                .setStream(StreamAddress.newBuilder()
                        .setKind(StreamKind.STREAM_KIND_CALL)
                        .setId(call.streamId()))
                .setItem(call.item())
                .setModel(call.model())
                .setEndpoint(call.endpoint())
                .setBody(call.body())
                .setTraceparent(Traces.current())
                .setAcceptedAtMs(now)
                .setDeadlineMs(now + limits.deadline().toMillis())
                .build();
    }
}
