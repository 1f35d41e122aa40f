package io.millrace.publisher.protocol;

import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StartPoint;
import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/batches/{id}/events} and {@code GET /v1/streams/{id}/events}: a stream as server-sent events, as the WHATWG's
 * HTML standard has them. The id of an event is its position, {@code epoch:offset}, and {@code Last-Event-ID} goes on after it.
 * The first event, {@code subscribed}, says where it goes on. Nothing is left to say after a stream's last event: that is
 * 204, which tells an {@code EventSource} not to come back. Thread-safe.
 */
public final class EventStreams implements AutoCloseable {
    private static final int NO_CONTENT = 204;
    private static final long COMMENT_MS = 15_000;

    private final Vertx vertx;
    private final Surroundings around;
    private final Forwarding forwarding;
    private final Set<Follower> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Serves followers with these. */
    public EventStreams(Vertx vertx, Surroundings around, Forwarding forwarding) {
        this.vertx = vertx;
        this.around = around;
        this.forwarding = forwarding;
    }

    /** Adds the routes. */
    public void mount(Router router) {
        router.get("/v1/batches/:id/events")
                .handler(request -> serve(
                        request,
                        StreamKey.of(Tenant.DEFAULT, request.pathParam("id"))
                                .filter(stream -> stream.kind() == StreamKind.STREAM_KIND_JOB)
                                .orElseThrow(() -> unknown(ErrorCode.BATCH_NOT_FOUND))))
                .failureHandler(HttpErrors::render);
        router.get("/v1/streams/:id/events")
                .handler(request -> serve(
                        request,
                        StreamKey.of(Tenant.DEFAULT, request.pathParam("id"))
                                .orElseThrow(() -> unknown(ErrorCode.STREAM_NOT_FOUND))))
                .failureHandler(HttpErrors::render);
    }

    private void serve(RoutingContext request, StreamKey stream) {
        StartPoint start = start(request);
        if (stopping) {
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping");
        }
        if (forwarding.takes(request, stream)) {
            return;
        }
        if (around.meters().opened() > around.limits().sessions()) {
            around.meters().closed();
            throw new MillraceException(
                    ErrorCode.OVERLOADED, "there are " + around.limits().sessions() + " subscribers already");
        }
        Context context = vertx.getOrCreateContext();
        Follower follower = new Follower(request, context, stream);
        around.lookups()
                .run(context, () -> around.log().existing(stream, start))
                .onFailure(follower::fail)
                .onSuccess(state -> follower.begin(start, state));
    }

    private static StartPoint start(RoutingContext request) {
        @Nullable String last = request.request().getHeader("Last-Event-ID");
        if (last == null || last.isEmpty()) {
            return new StartPoint.Beginning();
        }
        int colon = last.lastIndexOf(':');
        String offset = last.substring(colon + 1);
        if (colon < 1 || !offset.matches("[0-9]{1,18}")) {
            throw MillraceException.about(
                    "Last-Event-ID",
                    ErrorCode.INVALID_REQUEST,
                    "Last-Event-ID must be the id of an event, epoch:offset");
        }
        return new StartPoint.After(last.substring(0, colon), Long.parseLong(offset));
    }

    private static MillraceException unknown(ErrorCode code) {
        return new MillraceException(
                code, code == ErrorCode.BATCH_NOT_FOUND ? "there is no such batch" : "there is no such stream");
    }

    /** Ends all answers; those who follow come back elsewhere with their last position. */
    @Override
    public void close() {
        stopping = true;
        open.forEach(Follower::stop);
    }

    /** One answer; used on its event loop only. */
    private final class Follower {
        private final RoutingContext request;
        private final Context context;
        private final Subscription subscription;
        private @Nullable SessionPump pump;
        private long timer = -1;

        Follower(RoutingContext request, Context context, StreamKey stream) {
            this.request = request;
            this.context = context;
            this.subscription = new Subscription("", stream, ClientFrame.MAX_CREDIT);
            around.meters().subscribed();
            subscription.follow(around.hub().follow(stream, this::woken));
            request.response().closeHandler(gone -> closed());
        }

        void fail(Throwable cause) {
            closed();
            request.fail(cause);
        }

        void begin(StartPoint start, Optional<StreamState> found) {
            if (subscription.isEnded()) {
                return;
            }
            if (found.isEmpty()) {
                fail(unknown(
                        subscription.stream().kind() == StreamKind.STREAM_KIND_JOB
                                ? ErrorCode.BATCH_NOT_FOUND
                                : ErrorCode.STREAM_NOT_FOUND));
                return;
            }
            StreamState state = found.get();
            StartPoint.Resumption resumption = start.in(state);
            HttpServerResponse response = request.response();
            if (ResultStream.hasEnded(state) && resumption.from() >= state.getNextOffset()) {
                closed();
                response.setStatusCode(NO_CONTENT).end();
                return;
            }
            response.setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-store");
            stream(state, resumption);
        }

        private void stream(StreamState state, StartPoint.Resumption resumption) {
            EventStreamOutlet outlet = new EventStreamOutlet(request.response(), state.getEpoch());
            SessionPump sending = new SessionPump(around, outlet, context, ended -> end());
            pump = sending;
            open.add(this);
            outlet.unnumbered(
                    "subscribed",
                    ServerFrames.subscription(
                            subscription.stream().id(), state.getEpoch(), resumption, state.getNextOffset() - 1));
            timer = vertx.setPeriodic(COMMENT_MS, id -> outlet.comment());
            subscription.run(resumption.from(), state.getNextOffset());
            sending.ready(subscription);
        }

        /** On any thread. */
        private void woken() {
            if (subscription.wake()) {
                context.runOnContext(nothing -> {
                    subscription.awake();
                    if (subscription.hasMoved()) {
                        end();
                    } else if (pump != null && !subscription.isEnded()) {
                        pump.ready(subscription);
                    }
                });
            }
        }

        /** On any thread. */
        void stop() {
            context.runOnContext(nothing -> end());
        }

        private void end() {
            boolean wasOpen = !subscription.isEnded();
            closed();
            if (wasOpen && request.response().headWritten()) {
                request.response().end();
            }
        }

        /** The connection may stay for other requests, so this is not left to its end. */
        private void closed() {
            if (subscription.isEnded()) {
                return;
            }
            open.remove(this);
            vertx.cancelTimer(timer);
            if (pump != null) {
                pump.drop(subscription);
            }
            subscription.end();
            around.meters().unsubscribed();
            around.meters().closed();
        }
    }
}
