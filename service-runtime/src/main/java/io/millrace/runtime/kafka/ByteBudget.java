package io.millrace.runtime.kafka;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts bytes in flight against a limit. There is room up to the limit; whoever waits for room is called when half of it
 * is free again; beyond twice the limit nothing is taken. Thread-safe, lock-free.
 */
final class ByteBudget {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes them, or returns false when the budget is exceeded by far; a single large piece always fits when idle. */
    boolean take(long bytes) {
        if (taken.get() >= 2 * limit) {
            return false;
        }
        taken.addAndGet(bytes);
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
        callWaiting();
    }

    long taken() {
        return taken.get();
    }

    boolean room() {
        return taken.get() <= limit;
    }

    /** Calls it once, now or on the thread that gives bytes back. */
    void onRoom(Runnable action) {
        waiting.add(action);
        callWaiting();
    }

    private void callWaiting() {
        while (taken.get() <= limit / 2) {
            Runnable action = waiting.poll();
            if (action == null) {
                return;
            }
            action.run();
        }
    }
}
