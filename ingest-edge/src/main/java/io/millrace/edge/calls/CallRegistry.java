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
import org.jspecify.annotations.Nullable;

/** Who waits for which call, bounded in number and in time. Safe for use by several threads. */
final class CallRegistry {
    private final Vertx vertx;
    private final int capacity;
    private final Duration timeout;
    private final Map<String, Wait> waits = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();

    private record Wait(
            AwaitCall call, Context context, Promise<Result> promise, Consumer<Delta> onDelta, long timer) {}

    CallRegistry(Vertx vertx, int capacity, Duration timeout) {
        this.vertx = vertx;
        this.capacity = capacity;
        this.timeout = timeout;
    }

    /**
     * Waits for a call, from now on.
     *
     * @param onDelta gets the pieces of its result, on the caller's event loop and in their order, where they are asked for
     * @return its result, on the caller's event loop; fails when the time is over
     * @throws MillraceException ({@link ErrorCode#TOO_MANY_REQUESTS}) if as many wait as may
     */
    Future<Result> await(AwaitCall call, Consumer<Delta> onDelta) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            throw new MillraceException(
                    ErrorCode.TOO_MANY_REQUESTS, "more than " + capacity + " calls are waiting for their results");
        }
        String requestId = call.getRequestId();
        Promise<Result> promise = Promise.promise();
        long timer = vertx.setTimer(timeout.toMillis(), fired -> fail(requestId, expired(requestId)));
        waits.put(requestId, new Wait(call, vertx.getOrCreateContext(), promise, onDelta, timer));
        return promise.future();
    }

    /** The result of a call is there; nothing happens when nobody waits for it. */
    void settle(String requestId, Result result) {
        Wait wait = remove(requestId);
        if (wait != null) {
            wait.context().runOnContext(now -> wait.promise().complete(result));
        }
    }

    /** A piece of a call's result is there; nothing happens when nobody waits for it. */
    void delta(String requestId, Delta delta) {
        Wait wait = waits.get(requestId);
        if (wait != null) {
            wait.context().runOnContext(now -> wait.onDelta().accept(delta));
        }
    }

    /** Nobody waits for a call any more; whether somebody did. */
    boolean forget(String requestId) {
        return remove(requestId) != null;
    }

    /** All calls that are waited for. */
    List<AwaitCall> waiting() {
        return waits.values().stream().map(Wait::call).toList();
    }

    int size() {
        return size.get();
    }

    private void fail(String requestId, MillraceException cause) {
        Wait wait = remove(requestId);
        if (wait != null) {
            wait.context().runOnContext(now -> wait.promise().fail(cause));
        }
    }

    private @Nullable Wait remove(String requestId) {
        Wait wait = waits.remove(requestId);
        if (wait != null) {
            size.decrementAndGet();
            vertx.cancelTimer(wait.timer());
        }
        return wait;
    }

    private MillraceException expired(String requestId) {
        return new MillraceException(
                ErrorCode.REQUEST_EXPIRED,
                "no result after " + timeout.toSeconds() + " s for the request " + requestId);
    }
}
