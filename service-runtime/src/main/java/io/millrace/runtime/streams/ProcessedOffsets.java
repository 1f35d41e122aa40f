package io.millrace.runtime.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition is processed, and who waits for it. Thread-safe.
 *
 * <p>It hears of both ends: what the consumer hands out with the position that it has reached, and what the processor has
 * finished. When all that was handed out is finished, everything below the consumer's position is done, also what no
 * processor ever sees: records before the committed offset, transaction markers, aborted records. So after a restart a
 * query is answered although no new record has come.
 */
public final class ProcessedOffsets {
    /** There are more waiting queries than may be. */
    public static final class TooManyWaiting extends Exception {
        private static final long serialVersionUID = 1L;

        TooManyWaiting(int most) {
            super("more than " + most + " queries are waiting");
        }
    }

    private record Waiter(long offset, CompletableFuture<Void> done) {}

    private static final class Progress {
        /** Everything below it went through the processor, or through the one before it. */
        private long processed = -1;
        /** The end of what the consumer has handed out, and how far the consumer itself has come. */
        private long handedOut = -1;

        private long position = -1;
        private final PriorityQueue<Waiter> waiters =
                new PriorityQueue<>((a, b) -> Long.compare(a.offset(), b.offset()));

        long done() {
            return processed >= handedOut ? Math.max(processed, position) : processed;
        }
    }

    private final int mostWaiting;
    private final Map<TopicPartition, Progress> partitions = new HashMap<>();
    private int waiting;

    /** @param mostWaiting how many queries may wait at the same time */
    public ProcessedOffsets(int mostWaiting) {
        this.mostWaiting = mostWaiting;
    }

    /** A processor begins or ends on this partition; what was known of it may not hold any more. */
    public synchronized void reset(TopicPartition partition) {
        Progress of = progress(partition);
        of.processed = -1;
        of.handedOut = -1;
        of.position = -1;
    }

    /** The processor has finished this record. */
    public void processed(TopicPartition partition, long offset) {
        synchronized (this) {
            Progress of = progress(partition);
            of.processed = offset + 1;
        }
        wake(partition);
    }

    /** The consumer has handed out all records below {@code end}, and the last of them at {@code end - 1}. */
    public synchronized void handedOut(TopicPartition partition, long end) {
        Progress of = progress(partition);
        of.processed = of.done();
        of.handedOut = end;
    }

    /** The consumer goes on at this offset, after what it has handed out. */
    public void position(TopicPartition partition, long position) {
        synchronized (this) {
            progress(partition).position = position;
        }
        wake(partition);
    }

    /**
     * Completes when the record at this offset, and everything before it, is processed; fails with {@link
     * java.util.concurrent.TimeoutException} after this time, or with {@link TooManyWaiting} at once.
     */
    public CompletableFuture<Void> await(TopicPartition partition, long offset, long timeoutMs) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Waiter waiter = new Waiter(offset, done);
        synchronized (this) {
            Progress of = progress(partition);
            if (of.done() > offset) {
                done.complete(null);
                return done;
            }
            if (waiting >= mostWaiting) {
                done.completeExceptionally(new TooManyWaiting(mostWaiting));
                return done;
            }
            waiting++;
            of.waiters.add(waiter);
        }
        return done.orTimeout(timeoutMs, TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> forget(partition, waiter));
    }

    private synchronized void forget(TopicPartition partition, Waiter waiter) {
        waiting--;
        progress(partition).waiters.remove(waiter);
    }

    /** Completes outside the lock, because what hangs on a future may take its time. */
    private void wake(TopicPartition partition) {
        while (true) {
            Waiter next;
            synchronized (this) {
                Progress of = progress(partition);
                if (of.waiters.isEmpty() || of.done() <= of.waiters.element().offset()) {
                    return;
                }
                next = of.waiters.remove();
            }
            next.done().complete(null);
        }
    }

    private Progress progress(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, key -> new Progress());
    }
}
