package io.millrace.publisher.protocol;

import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StartPoint;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.Hub;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamState;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's socket with its subscriptions. Used on its event loop only.
 *
 * @see SessionPump for what is sent when
 */
final class ClientSession {
    private static final int MAX_MALFORMED = 5;

    /** What all sessions share. */
    record Surroundings(
            Hub hub,
            EventLog log,
            BlockingReads pages,
            BlockingReads lookups,
            int maxSubscriptions,
            SessionMeters meters) {}

    private final Surroundings around;
    private final ServerWebSocket socket;
    private final Context context;
    private final SessionPump pump;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private int malformed;
    private boolean closed;

    ClientSession(Surroundings around, ServerWebSocket socket, Context context) {
        this.around = around;
        this.socket = socket;
        this.context = context;
        this.pump = new SessionPump(around, socket, context, this::ended);
    }

    /** A text frame came. */
    void received(String text) {
        switch (ClientFrames.parse(text)) {
            case ClientFrame.Subscribe subscribe -> subscribe(subscribe);
            case ClientFrame.Credit credit -> credit(credit);
            case ClientFrame.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case ClientFrame.Malformed wrong -> malformed(wrong.id(), wrong.code(), wrong.message());
        }
    }

    /** A frame that cannot be understood came. */
    void malformed(@Nullable String id, ErrorCode code, String message) {
        error(id, code, message);
        malformed++;
        if (malformed >= MAX_MALFORMED) {
            socket.close((short) code.closeCode(), "too many malformed frames");
        }
    }

    /** The socket is gone. */
    void closed() {
        closed = true;
        subscriptions.values().forEach(this::drop);
        subscriptions.clear();
    }

    /** Says why and closes the socket. */
    void close(ErrorCode code, String reason) {
        context.runOnContext(nothing -> socket.close((short) code.closeCode(), reason));
    }

    private void subscribe(ClientFrame.Subscribe frame) {
        @Nullable Subscription same = subscriptions.get(frame.id());
        if (same != null && !same.isEnded()) {
            error(frame.id(), ErrorCode.INVALID_REQUEST, "there is a subscription with this id already; it goes on");
            return;
        }
        Optional<StreamKey> stream = StreamKey.of(Tenant.DEFAULT, frame.stream());
        if (stream.isEmpty()) {
            error(frame.id(), ErrorCode.STREAM_NOT_FOUND, "there is no such stream");
            return;
        }
        if (subscriptions.size() >= around.maxSubscriptions()) {
            subscriptions.values().removeIf(Subscription::isEnded);
        }
        if (subscriptions.size() >= around.maxSubscriptions()) {
            error(
                    frame.id(),
                    ErrorCode.TOO_MANY_REQUESTS,
                    "a socket carries at most " + around.maxSubscriptions() + " subscriptions");
            return;
        }
        Subscription subscription = new Subscription(frame.id(), stream.get(), frame.credit());
        subscriptions.put(frame.id(), subscription);
        around.meters().subscribed();
        subscription.follow(around.hub().follow(stream.get(), () -> wake(subscription)));
        around.lookups()
                .run(context, () -> lookUp(stream.get(), frame.start()))
                .onComplete(found -> open(subscription, frame.start(), found));
    }

    /**
     * Looks a stream up. It is waited for the rest of the topic where the answer could be wrong without it: a stream that
     * is not there yet, or a position that another instance, or this one before a crash, was ahead of.
     */
    private Optional<StreamState> lookUp(StreamKey stream, StartPoint start) {
        Optional<StreamState> state = around.log().existing(stream);
        if (state.filter(start::isBeyond).isEmpty()) {
            return state;
        }
        around.log().catchUp(stream);
        return around.log().state(stream);
    }

    private void open(Subscription subscription, StartPoint start, AsyncResult<Optional<StreamState>> found) {
        if (closed || subscription.isEnded()) {
            return;
        }
        if (found.failed()) {
            refuse(subscription, found.cause());
            return;
        }
        if (found.result().isEmpty()) {
            refuse(subscription, new MillraceException(ErrorCode.STREAM_NOT_FOUND, "there is no such stream"));
            return;
        }
        StreamState state = found.result().get();
        StartPoint.Resumption resumption = start.in(state);
        socket.writeTextMessage(ServerFrames.subscribed(
                subscription.id(),
                subscription.stream().id(),
                state.getEpoch(),
                resumption,
                state.getNextOffset() - 1));
        if (ResultStream.hasEnded(state) && resumption.from() >= state.getNextOffset()) {
            drop(subscription);
            return;
        }
        subscription.run(resumption.from(), state.getNextOffset());
        pump.ready(subscription);
    }

    private void refuse(Subscription subscription, Throwable cause) {
        subscriptions.remove(subscription.id());
        drop(subscription);
        if (cause instanceof MillraceException known) {
            error(subscription.id(), known.code(), known.getMessage());
        } else {
            around.meters().failed(cause);
            error(subscription.id(), ErrorCode.INTERNAL, "the subscription failed");
        }
    }

    private void credit(ClientFrame.Credit frame) {
        @Nullable Subscription subscription = subscriptions.get(frame.id());
        if (subscription == null) {
            error(frame.id(), ErrorCode.INVALID_REQUEST, "there is no subscription with this id");
            return;
        }
        subscription.addCredit(frame.n());
        pump.ready(subscription);
    }

    private void unsubscribe(ClientFrame.Unsubscribe frame) {
        @Nullable Subscription subscription = subscriptions.remove(frame.id());
        if (subscription == null) {
            error(frame.id(), ErrorCode.INVALID_REQUEST, "there is no subscription with this id");
            return;
        }
        drop(subscription);
    }

    /** The last event was sent. The id stays known, so that late credit for it is no error. */
    private void ended(Subscription subscription) {
        drop(subscription);
    }

    private void drop(Subscription subscription) {
        if (!subscription.isEnded()) {
            around.meters().unsubscribed();
            pump.drop(subscription);
            subscription.end();
        }
    }

    private void wake(Subscription subscription) {
        if (subscription.wake()) {
            context.runOnContext(nothing -> {
                subscription.awake();
                pump.ready(subscription);
            });
        }
    }

    private void error(@Nullable String id, ErrorCode code, String message) {
        socket.writeTextMessage(ServerFrames.error(id, code, message));
    }
}
