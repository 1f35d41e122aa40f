package io.millrace.edge.streams;

import io.millrace.edge.core.FollowedStream;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions of one subscriber, all over one socket to one publisher. Where that one goes away, they go on at another one
 * from the last event that was handed on. What comes is handed on at once or not read; so nothing is kept here. For one event
 * loop alone.
 */
public final class Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final int MOST = 1_000;
    private static final long FIRST_RETRY_MS = 50;
    private static final long LONGEST_RETRY_MS = 2_000;
    /** Longer than a stream takes to move from a publisher that died to another one. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of a publisher that cannot serve a stream now, while another one soon can. */
    private static final Set<String> TRY_AGAIN =
            Set.of(ErrorCode.UNAVAILABLE.code(), ErrorCode.OVERLOADED.code(), ErrorCode.SHUTTING_DOWN.code());

    private final Vertx vertx;
    private final ResultStreams streams;
    private final Listener listener;
    private final Map<Integer, Subscription> byNumber = new HashMap<>();
    private final Map<Long, Subscription> byId = new HashMap<>();
    private long ids;
    private @Nullable WebSocket socket;
    private boolean connecting;
    private boolean retrying;
    private long retryMs = FIRST_RETRY_MS;
    private boolean closed;

    /** Who reads. */
    public interface Listener {
        /** The stream begins, or could not go on. */
        void subscribed(int number, PublisherFrame.Subscribed frame);

        /** An event has come; it costs one credit. */
        void event(int number, PublisherFrame.Event frame);

        /** A piece has come. */
        void piece(int number, PublisherFrame.Piece frame);

        /** The subscription is none any more. */
        void refused(int number, String code, String message);

        /** More was asked than a publisher bears. */
        void tooMuch(String message);

        /** Whether what comes is not read now. */
        boolean isFull();

        /** Runs something once, as soon as there is room again. */
        void onRoom(Runnable action);
    }

    Subscriptions(Vertx vertx, ResultStreams streams, Listener listener) {
        this.vertx = vertx;
        this.streams = streams;
        this.listener = listener;
    }

    /**
     * Begins to send a stream.
     *
     * @throws MillraceException if there is such a subscription already, which goes on, or there are too many
     */
    public void subscribe(int number, FollowedStream followed) {
        @Nullable Subscription same = byNumber.get(number);
        if (same != null && !same.isEnded()) {
            throw MillraceException.about(
                    "subscription",
                    ErrorCode.INVALID_REQUEST,
                    "there is a subscription with this number already; it goes on");
        }
        if (byNumber.size() >= MOST) {
            List.copyOf(byNumber.values()).stream()
                    .filter(Subscription::isEnded)
                    .forEach(this::forget);
        }
        if (byNumber.size() >= MOST) {
            throw new MillraceException(
                    ErrorCode.TOO_MANY_REQUESTS, "a connection carries at most " + MOST + " subscriptions");
        }
        if (same != null) {
            forget(same);
        }
        Subscription subscription = new Subscription(number, ids++, followed, System.nanoTime());
        byNumber.put(number, subscription);
        byId.put(subscription.id(), subscription);
        if (socket != null) {
            ask(socket, subscription);
        } else {
            proceed();
        }
    }

    private static void ask(WebSocket publisher, Subscription subscription) {
        subscription.asked();
        publisher.writeTextMessage(SubscriberFrames.subscribe(subscription.id(), subscription.followed()));
    }

    /** So many more events may come; after the last one that is nothing. */
    public void credit(int number, long events) {
        Subscription subscription = known(number);
        subscription.followed().addCredit(events);
        if (socket != null && subscription.isKnown()) {
            socket.writeTextMessage(SubscriberFrames.credit(subscription.id(), events));
        }
    }

    /** Sends no more. */
    public void unsubscribe(int number) {
        Subscription subscription = known(number);
        forget(subscription);
        if (socket != null && subscription.isKnown()) {
            socket.writeTextMessage(SubscriberFrames.unsubscribe(subscription.id()));
        }
    }

    private Subscription known(int number) {
        @Nullable Subscription subscription = byNumber.get(number);
        if (subscription == null) {
            throw MillraceException.about(
                    "subscription", ErrorCode.INVALID_REQUEST, "there is no subscription with this number");
        }
        return subscription;
    }

    private void forget(Subscription subscription) {
        byNumber.remove(subscription.number(), subscription);
        byId.remove(subscription.id());
    }

    /** The subscriber is gone. */
    public void close() {
        closed = true;
        byNumber.clear();
        byId.clear();
        if (socket != null) {
            socket.close();
        }
    }

    /** Asks the publisher for what no publisher has been asked for; connects to one first, if need be. */
    private void proceed() {
        if (closed || connecting || retrying) {
            return;
        }
        if (socket != null) {
            WebSocket open = socket;
            byId.values().stream().filter(Subscription::isWaiting).forEach(waiting -> ask(open, waiting));
        } else if (byId.values().stream().anyMatch(Subscription::isWaiting)) {
            connecting = true;
            streams.connect().onComplete((opened, failed) -> {
                connecting = false;
                if (failed == null) {
                    opened(opened);
                } else {
                    LOG.atDebug().setCause(failed).log("publisher not reached");
                    retry();
                }
            });
        }
    }

    private void opened(WebSocket opened) {
        if (closed) {
            opened.close();
            return;
        }
        socket = opened;
        opened.textMessageHandler(text -> {
            if (opened.equals(socket)) {
                received(opened, text);
            }
        });
        opened.exceptionHandler(failure -> opened.close());
        opened.closeHandler(nothing -> gone(opened));
        proceed();
    }

    private void gone(WebSocket gone) {
        socket = null;
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        byId.values().forEach(subscription -> subscription.lost(now));
        @Nullable Short code = gone.closeStatusCode();
        if (code != null && code == ErrorCode.TOO_MANY_REQUESTS.closeCode()) {
            listener.tooMuch(gone.closeReason());
        } else {
            retry();
        }
    }

    /** Tries again soon; not before the subscriber reads again, because every try may bring something to be read. */
    private void retry() {
        if (closed || retrying) {
            return;
        }
        retrying = true;
        vertx.setTimer(retryMs, fired -> {
            if (listener.isFull()) {
                listener.onRoom(this::tryAgain);
            } else {
                tryAgain();
            }
        });
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }

    private void tryAgain() {
        retrying = false;
        long now = System.nanoTime();
        for (Subscription subscription : new ArrayList<>(byId.values())) {
            if (subscription.isWaiting() && subscription.waitedNanos(now) > PATIENCE.toNanos()) {
                forget(subscription);
                listener.refused(
                        subscription.number(),
                        ErrorCode.UNAVAILABLE.code(),
                        "no publisher has this stream now; subscribe again from the last position");
            }
        }
        proceed();
    }

    private void received(WebSocket from, String text) {
        switch (PublisherFrame.parse(text)) {
            case PublisherFrame.Subscribed frame -> subscribed(frame);
            case PublisherFrame.Event frame -> event(frame);
            case PublisherFrame.Piece frame -> {
                @Nullable Subscription subscription = byId.get(frame.id());
                if (subscription != null) {
                    listener.piece(subscription.number(), frame);
                }
            }
            case PublisherFrame.Refusal frame -> refused(frame);
            case PublisherFrame.Other nothing -> {}
        }
        if (listener.isFull()) {
            from.pause();
            listener.onRoom(from::resume);
        }
    }

    private void subscribed(PublisherFrame.Subscribed frame) {
        @Nullable Subscription subscription = byId.get(frame.id());
        if (subscription == null) {
            return;
        }
        retryMs = FIRST_RETRY_MS;
        subscription.runs();
        if (subscription.followed().begins(frame.epoch(), frame.recovered(), frame.from())) {
            listener.subscribed(subscription.number(), frame);
        }
    }

    private void event(PublisherFrame.Event frame) {
        @Nullable Subscription subscription = byId.get(frame.id());
        if (subscription == null) {
            return;
        }
        subscription.followed().took(frame.offset());
        if (frame.isLast()) {
            subscription.ends();
        }
        listener.event(subscription.number(), frame);
    }

    private void refused(PublisherFrame.Refusal frame) {
        @Nullable Subscription subscription = byId.get(frame.id());
        if (subscription == null || subscription.isEnded()) {
            return;
        }
        if (TRY_AGAIN.contains(frame.code())) {
            subscription.lost(System.nanoTime());
            retry();
        } else {
            forget(subscription);
            listener.refused(subscription.number(), frame.code(), frame.message());
        }
    }
}
