package io.millrace.assembler.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells who waits for an upload's next status. Thread-safe. */
public final class SettledUploads {
    private record Waiter(CompletableFuture<Void> done) {}

    private final int mostWaiting;
    private final Map<EntityKey, Set<Waiter>> waiting = new HashMap<>();
    private int waiters;

    /** @param mostWaiting how many may wait at the same time; for further ones nothing ever happens */
    public SettledUploads(int mostWaiting) {
        this.mostWaiting = mostWaiting;
    }

    /** Completes when the upload has another status than now, as far as this instance decides it. To be cancelled. */
    public CompletableFuture<Void> next(EntityKey upload) {
        CompletableFuture<Void> next = new CompletableFuture<>();
        Waiter waiter = new Waiter(next);
        synchronized (this) {
            if (waiters >= mostWaiting) {
                return next;
            }
            waiters++;
            waiting.computeIfAbsent(upload, key -> new HashSet<>()).add(waiter);
        }
        CompletableFuture<Void> unused = next.whenComplete((nothing, failure) -> forget(upload, waiter));
        return next;
    }

    /** The upload has another status. */
    void reached(EntityKey upload) {
        Set<Waiter> told;
        synchronized (this) {
            told = Set.copyOf(waiting.getOrDefault(upload, Set.of()));
        }
        told.forEach(each -> each.done().complete(null));
    }

    private synchronized void forget(EntityKey upload, Waiter waiter) {
        @Nullable Set<Waiter> those = waiting.get(upload);
        if (those != null && those.remove(waiter)) {
            waiters--;
            if (those.isEmpty()) {
                waiting.remove(upload);
            }
        }
    }
}
