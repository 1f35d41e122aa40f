package io.millrace.publisher.protocol;

import io.millrace.publisher.core.FrameRate;
import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StartPoint;
import io.millrace.publisher.core.StreamKey;
import io.millrace.runtime.Cork;
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

    private final Surroundings around;
    private final ServerWebSocket socket;
    private final Context context;
    private final SocketOutlet outlet;
    private final SessionPump pump;
    private final @Nullable RelayedSubscriptions relayed;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final FrameRate rate;
    private int malformed;
    private boolean closed;

    /**
     * @param cork of the socket's connection
     * @param forwarded whether another instance is at the other end, which must not be sent on
     */
    ClientSession(Surroundings around, ServerWebSocket socket, Cork cork, Context context, boolean forwarded) {
        this.around = around;
        this.socket = socket;
        this.context = context;
        // A client that comes back brings all its subscriptions at once.
        this.rate = new FrameRate(
                around.limits().framesPerSecond(),
                around.limits().framesPerSecond() + 2.0 * around.limits().subscriptions(),
                System.nanoTime());
        this.outlet = new SocketOutlet(socket, cork);
        this.pump = new SessionPump(around, outlet, context, this::ended);
        this.relayed = forwarded ? null : new RelayedSubscriptions(around.relays(), outlet, this::error, this::moved);
    }

    /** A text frame came. */
    void received(String text) {
        if (!rate.allows(System.nanoTime())) {
            close(ErrorCode.TOO_MANY_REQUESTS, "more than " + around.limits().framesPerSecond() + " frames a second");
            return;
        }
        switch (ClientFrames.parse(text)) {
            case ClientFrame.Subscribe subscribe -> subscribe(subscribe, text);
            case ClientFrame.Credit credit -> credit(credit, text);
            case ClientFrame.Unsubscribe unsubscribe -> unsubscribe(unsubscribe, text);
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
        if (relayed != null) {
            relayed.close();
        }
    }

    /** Says why and closes the socket. */
    void close(ErrorCode code, String reason) {
        context.runOnContext(nothing -> socket.close((short) code.closeCode(), reason));
    }

    /** What it follows is at home on another instance now; whoever comes back finds it. */
    private void moved() {
        close(ErrorCode.UNAVAILABLE, "a stream has moved; connect again");
    }

    private void subscribe(ClientFrame.Subscribe frame, String text) {
        @Nullable Subscription same = subscriptions.get(frame.id());
        if ((same != null && !same.isEnded()) || (relayed != null && relayed.has(frame.id()))) {
            error(frame.id(), ErrorCode.INVALID_REQUEST, "there is a subscription with this id already; it goes on");
            return;
        }
        Optional<StreamKey> stream = StreamKey.of(Tenant.DEFAULT, frame.stream());
        if (stream.isEmpty()) {
            error(frame.id(), ErrorCode.STREAM_NOT_FOUND, "there is no such stream");
            return;
        }
        if (isFull()) {
            subscriptions.values().removeIf(Subscription::isEnded);
        }
        if (isFull()) {
            error(
                    frame.id(),
                    ErrorCode.TOO_MANY_REQUESTS,
                    "a socket carries at most " + around.limits().subscriptions() + " subscriptions");
            return;
        }
        if (isRelayed(frame, stream.get(), text)) {
            subscriptions.remove(frame.id());
            return;
        }
        begin(frame, stream.get());
    }

    /** Whether nothing is left to do with it here: another instance has it, or nobody can tell now which one. */
    private boolean isRelayed(ClientFrame.Subscribe frame, StreamKey stream, String text) {
        try {
            return relayed != null && relayed.takes(frame.id(), stream, text);
        } catch (MillraceException e) {
            error(frame.id(), e.code(), e.getMessage());
            return true;
        }
    }

    private boolean isFull() {
        return subscriptions.size() + (relayed == null ? 0 : relayed.size())
                >= around.limits().subscriptions();
    }

    private void begin(ClientFrame.Subscribe frame, StreamKey stream) {
        Subscription subscription = new Subscription(frame.id(), stream, frame.credit());
        subscriptions.put(frame.id(), subscription);
        around.meters().subscribed();
        subscription.follow(around.hub().follow(stream, () -> wake(subscription)));
        around.lookups()
                .run(context, () -> around.log().existing(stream, frame.start()))
                .onComplete(found -> open(subscription, frame.start(), found));
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
        outlet.frame(ServerFrames.subscribed(
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

    private void credit(ClientFrame.Credit frame, String text) {
        if (relayed != null && relayed.handsOn(frame.id(), text)) {
            return;
        }
        @Nullable Subscription subscription = subscriptions.get(frame.id());
        if (subscription == null) {
            error(frame.id(), ErrorCode.INVALID_REQUEST, "there is no subscription with this id");
            return;
        }
        subscription.addCredit(frame.n());
        pump.ready(subscription);
    }

    private void unsubscribe(ClientFrame.Unsubscribe frame, String text) {
        if (relayed != null && relayed.handsOn(frame.id(), text)) {
            relayed.forget(frame.id());
            return;
        }
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
                if (subscription.hasMoved()) {
                    moved();
                } else {
                    pump.ready(subscription);
                }
            });
        }
    }

    private void error(@Nullable String id, ErrorCode code, String message) {
        outlet.frame(ServerFrames.error(id, code, message));
    }
}
