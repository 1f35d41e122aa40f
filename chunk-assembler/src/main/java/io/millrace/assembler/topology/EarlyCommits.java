package io.millrace.assembler.topology;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for a commit before the interval is over, where somebody waits for what was written: workers see only what is committed. Not
 * so often that many small jobs cost a transaction each. For the stream thread alone.
 */
final class EarlyCommits {
    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ProcessorContext<?, ?> context;
    private final LongSupplier nanoTime;
    private long nextNanos;

    /** @param nanoTime a clock that only goes on */
    EarlyCommits(ProcessorContext<?, ?> context, LongSupplier nanoTime) {
        this.context = context;
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    /** Commits at the end of this turn, unless that was done a moment ago. */
    void soon() {
        long now = nanoTime.getAsLong();
        if (now - nextNanos >= 0) {
            nextNanos = now + APART_NANOS;
            context.commit();
        }
    }
}
