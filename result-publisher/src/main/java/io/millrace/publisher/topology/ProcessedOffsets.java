package io.millrace.publisher.topology;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;

/**
 * How far this instance has processed its partitions. Two sources together say it: the processor tells each record, at
 * once; and the group's committed offset covers what was processed before this task began here, and the ends of
 * transactions, which take an offset but never reach a processor. Thread-safe.
 */
final class ProcessedOffsets {
    private static final Duration ASK_AGAIN = Duration.ofMillis(25);

    private final ConcurrentHashMap<TopicPartition, Progress> partitions = new ConcurrentHashMap<>();

    /** Where the group stands. */
    @FunctionalInterface
    interface CommittedOffsets {
        /** The next offset that the group will process as far as is committed, or 0. May block. */
        long next(TopicPartition partition);
    }

    private static final class Progress {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition advanced = lock.newCondition();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicLong next = new AtomicLong();

        private void advance(long to) {
            next.accumulateAndGet(to, Math::max);
            if (waiting.get() > 0) {
                lock.lock();
                try {
                    advanced.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private boolean await(long offset, long nanos) throws InterruptedException {
            waiting.incrementAndGet();
            lock.lock();
            try {
                long left = nanos;
                while (next.get() <= offset && left > 0) {
                    left = advanced.awaitNanos(left);
                }
                return next.get() > offset;
            } finally {
                lock.unlock();
                waiting.decrementAndGet();
            }
        }
    }

    /** A task begins here: what it processed at another time in this process may have been rolled back. */
    void begin(TopicPartition partition) {
        progress(partition).next.set(0);
    }

    /** The record at this offset is processed. */
    void advance(TopicPartition partition, long offset) {
        progress(partition).advance(offset + 1);
    }

    /** Waits until everything up to this offset, itself included, is processed; whether that came in time. */
    boolean await(TopicPartition partition, long offset, Duration atMost, CommittedOffsets committed)
            throws InterruptedException {
        Progress progress = progress(partition);
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            if (progress.await(offset, Math.min(left, ASK_AGAIN.toNanos()))) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
            progress.advance(committed.next(partition));
        }
    }

    private Progress progress(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, key -> new Progress());
    }
}
