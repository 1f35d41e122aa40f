package io.millrace.edge.calls;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.core.CallPlan;
import io.millrace.edge.kafka.WorkProducer;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs interactive requests: registered in their stream, then put into their lane, then waited for. */
public final class CallService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallService.class);
    /** Publishers ping every ten seconds; one that does not is gone. */
    private static final int SILENCE_SECONDS = 30;
    /** As many digits as a request's id may have for its item. */
    private static final long MOST_ITEMS = 100_000_000_000_000_000L;

    private final Vertx vertx;
    private final WorkProducer work;
    private final CallRegistry registry;
    private final WebSocketClient client;
    private final List<CallLink> links;
    private final Duration timeout;
    private final InstantSource clock;

    /**
     * Opens the sockets to all publishers.
     *
     * @param publishers their base addresses
     * @param capacity how many calls may wait at once
     * @param timeout how long a call may take
     */
    public CallService(
            Vertx vertx,
            WorkProducer work,
            List<String> publishers,
            int capacity,
            Duration timeout,
            MeterRegistry meters,
            InstantSource clock) {
        this.vertx = vertx;
        this.work = work;
        this.registry = new CallRegistry(vertx, capacity, timeout);
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions().setReadIdleTimeout(SILENCE_SECONDS));
        this.links = publishers.stream().map(this::link).toList();
        this.timeout = timeout;
        this.clock = clock;
        Gauge.builder("millrace.edge.calls.waiting", registry, CallRegistry::size)
                .register(meters);
        links.forEach(CallLink::open);
    }

    /** Why no call can be answered now, if so. */
    public Optional<String> reasonNotReady() {
        return links.stream().anyMatch(CallLink::isOpen) ? Optional.empty() : Optional.of("no publisher is connected");
    }

    /**
     * A new call.
     *
     * @param session the stream that it shares with others; absent for one of its own
     */
    public Call newCall(String tenant, Optional<String> session, CallPlan plan, byte[] body) {
        String streamId = session.orElseGet(() -> Ids.create(Ids.CALL, clock.millis()));
        // Edges do not know each other's calls of a session, so its items are drawn, not counted.
        long item = session.isPresent() ? ThreadLocalRandom.current().nextLong(MOST_ITEMS) : 0;
        return new Call(
                tenant,
                streamId,
                item,
                plan.model().name(),
                plan.endpoint(),
                ByteString.copyFrom(body),
                plan.streamed());
    }

    /**
     * Runs a call.
     *
     * @param onDelta gets the pieces of its result, if it is streamed, on the caller's event loop
     * @return its result, on the caller's event loop; fails with a {@link MillraceException} when the call could not be
     *     accepted or has no result in time
     */
    public Future<Result> run(Call call, Consumer<Delta> onDelta) {
        AwaitCall await = AwaitCall.newBuilder()
                .setTenant(call.tenant())
                .setStreamId(call.streamId())
                .setRequestId(call.requestId())
                .setDeltas(call.streamed())
                .build();
        Future<Result> result = registry.await(await, onDelta);
        send(CallFrame.newBuilder().setAwait(await).build());
        long now = clock.millis();
        CompletableFuture<?> produced = work.event(StreamKind.STREAM_KIND_CALL, accepted(call, now))
                .thenCompose(registered -> work.request(Lane.ONLINE, request(call, now)));
        return Future.fromCompletionStage(produced, vertx.getOrCreateContext())
                .onFailure(failed -> forget(call))
                .compose(inLane -> result);
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
        return Future.fromCompletionStage(work.event(StreamKind.STREAM_KIND_CALL, event), vertx.getOrCreateContext())
                .mapEmpty();
    }

    /**
     * The client has gone: nobody waits for its call any more. What has not run yet need not run, unless the call belongs to a
     * session, where its result can be read by others.
     */
    public void abandon(Call call) {
        if (forget(call) && !Ids.isValid(Ids.SESSION, call.streamId())) {
            cancel(call.tenant(), call.requestId())
                    .onFailure(failed -> LOG.atDebug()
                            .addKeyValue("request", call.requestId())
                            .setCause(failed)
                            .log("call not cancelled; its deadline ends it"));
        }
    }

    private boolean forget(Call call) {
        boolean waited = registry.forget(call.requestId());
        if (waited) {
            send(CallFrame.newBuilder().setForgetRequestId(call.requestId()).build());
        }
        return waited;
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
                        .setDeadlineMs(now + timeout.toMillis()))
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
                .setAcceptedAtMs(now)
                .setDeadlineMs(now + timeout.toMillis())
                .build();
    }
}
