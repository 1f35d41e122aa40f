package io.millrace.edge.calls;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who waits for which call, bounded in number and in time. Safe for use by several threads. */
final class CallRegistry {
    private final Vertx vertx;
    private final int capacity;
    private final Duration timeout;
    /** By request, because several callers may wait for the same one under its key. */
    private final Map<String, List<Wait>> waits = new ConcurrentHashMap<>();

    private final AtomicInteger size = new AtomicInteger();

    /** Somebody who waits for a call. */
    static final class Wait {
        private final AwaitCall call;
        private final Context context;
        private final Consumer<Delta> onDelta;
        private final Promise<Result> promise = Promise.promise();
        private volatile long timer;

        private Wait(AwaitCall call, Context context, Consumer<Delta> onDelta) {
            this.call = call;
            this.context = context;
            this.onDelta = onDelta;
        }

        /** The result, on the caller's event loop; fails when the time is over. */
        Future<Result> result() {
            return promise.future();
        }
    }

    CallRegistry(Vertx vertx, int capacity, Duration timeout) {
        this.vertx = vertx;
        this.capacity = capacity;
        this.timeout = timeout;
    }

    /**
     * Waits for a call, from now on.
     *
     * @param onDelta gets the pieces of its result, on the caller's event loop and in their order, where they are asked for
     * @throws MillraceException ({@link ErrorCode#TOO_MANY_REQUESTS}) if as many wait as may
     */
    Wait await(AwaitCall call, Consumer<Delta> onDelta) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            throw new MillraceException(
                    ErrorCode.TOO_MANY_REQUESTS, "more than " + capacity + " calls are waiting for their results");
        }
        Wait wait = new Wait(call, vertx.getOrCreateContext(), onDelta);
        waits.merge(call.getRequestId(), List.of(wait), CallRegistry::joined);
        wait.timer = vertx.setTimer(timeout.toMillis(), fired -> {
            if (remove(wait)) {
                wait.context.runOnContext(now -> wait.promise.fail(overdue(call.getRequestId())));
            }
        });
        return wait;
    }

    /** The result of a call is there; nothing happens when nobody waits for it. */
    void settle(String requestId, Result result) {
        @Nullable List<Wait> all = waits.remove(requestId);
        if (all == null) {
            return;
        }
        for (Wait wait : all) {
            gone(wait);
            wait.context.runOnContext(now -> wait.promise.tryComplete(result));
        }
    }

    /** A piece of a call's result is there; nothing happens when nobody waits for it. */
    void delta(String requestId, Delta delta) {
        for (Wait wait : waits.getOrDefault(requestId, List.of())) {
            wait.context.runOnContext(now -> wait.onDelta.accept(delta));
        }
    }

    /** This one waits no more; whether it did, and was the last who waited for its call. */
    boolean forget(Wait wait) {
        return remove(wait) && !waits.containsKey(wait.call.getRequestId());
    }

    /** All calls that are waited for. */
    List<AwaitCall> waiting() {
        return waits.values().stream().map(all -> all.getLast().call).toList();
    }

    int size() {
        return size.get();
    }

    private boolean remove(Wait wait) {
        boolean[] removed = new boolean[1];
        waits.computeIfPresent(wait.call.getRequestId(), (id, all) -> {
            List<Wait> others = all.stream().filter(other -> other != wait).toList();
            removed[0] = others.size() < all.size();
            return others.isEmpty() ? null : others;
        });
        if (removed[0]) {
            gone(wait);
        }
        return removed[0];
    }

    private void gone(Wait wait) {
        size.decrementAndGet();
        vertx.cancelTimer(wait.timer);
    }

    private static List<Wait> joined(List<Wait> some, List<Wait> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private MillraceException overdue(String requestId) {
        return new MillraceException(
                ErrorCode.REQUEST_RUNNING,
                "no result after " + timeout.toSeconds() + " s; the request goes on: GET /v1/requests/" + requestId);
    }
}
