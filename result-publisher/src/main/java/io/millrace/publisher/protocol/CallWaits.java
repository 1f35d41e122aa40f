package io.millrace.publisher.protocol;

import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.Result;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for which call. Each wait is answered once, by whoever knows first. Thread-safe. */
public final class CallWaits {
    private final ConcurrentHashMap<String, Set<Consumer<Result>>> waits = new ConcurrentHashMap<>();

    /** Waits; whether this one was not waiting for it already. */
    boolean add(String requestId, Consumer<Result> waiter) {
        boolean[] added = new boolean[1];
        waits.compute(requestId, (id, waiters) -> {
            Set<Consumer<Result>> all = waiters == null ? ConcurrentHashMap.newKeySet(1) : waiters;
            added[0] = all.add(waiter);
            return all;
        });
        return added[0];
    }

    /** Waits no longer; whether it was waiting. */
    boolean remove(String requestId, Consumer<Result> waiter) {
        boolean[] removed = new boolean[1];
        waits.computeIfPresent(requestId, (id, waiters) -> {
            removed[0] = waiters.remove(waiter);
            return waiters.isEmpty() ? null : waiters;
        });
        return removed[0];
    }

    boolean isWaiting(String requestId, Consumer<Result> waiter) {
        @Nullable Set<Consumer<Result>> waiters = waits.get(requestId);
        return waiters != null && waiters.contains(waiter);
    }

    /** Tells everyone who waits for one of these. Called by the threads that process streams of calls. */
    public void settled(List<LoggedEvent> events) {
        for (LoggedEvent event : events) {
            if (event.hasResult()) {
                @Nullable
                Set<Consumer<Result>> waiters = waits.remove(event.getResult().getRequestId());
                if (waiters != null) {
                    waiters.forEach(waiter -> waiter.accept(event.getResult()));
                }
            }
        }
    }

    /** How many calls are waited for. */
    public int size() {
        return waits.size();
    }
}
