package io.millrace.assembler.topology;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How often all tasks of the process may ask for a commit before its time. Thread-safe. */
public final class CommitPace {
    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LongSupplier nanoTime;
    private final AtomicLong nextNanos;

    /** @param nanoTime a clock that only goes on */
    public CommitPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Whether one may ask now; then the next one has to wait. */
    boolean allows() {
        long now = nanoTime.getAsLong();
        long next = nextNanos.get();
        return now - next >= 0 && nextNanos.compareAndSet(next, now + APART_NANOS);
    }
}
