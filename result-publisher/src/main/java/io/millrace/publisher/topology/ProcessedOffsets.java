package io.millrace.publisher.topology;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;

/**
 * How far this instance has processed its partitions. Three sources together say it: the processor tells each record, at
 * once; the group's committed offset covers what was processed before this task began here; and where a partition goes
 * on with nothing but the ends of transactions and aborted records, which take offsets and never reach a processor, a
 * look into the partition shows that. Thread-safe.
 */
final class ProcessedOffsets {
    private static final Duration ASK_AGAIN = Duration.ofMillis(25);
    /** A commit follows within this time where there was a record to commit, so a look is seldom needed. */
    private static final Duration LOOK_AFTER = Duration.ofMillis(500);

    private final ConcurrentHashMap<TopicPartition, Progress> partitions = new ConcurrentHashMap<>();

    /** What the brokers know. May block. */
    interface BrokerView {
        /** The next offset that the group will process as far as is committed, or 0. */
        long committed(TopicPartition partition);

        /** Whether no record that a processor could get stands from one offset (inclusive) to the other (exclusive). */
        boolean isEmpty(TopicPartition partition, long from, long to);
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
    boolean await(TopicPartition partition, long offset, Duration atMost, BrokerView brokers)
            throws InterruptedException {
        Progress progress = progress(partition);
        long start = System.nanoTime();
        while (!progress.await(offset, ASK_AGAIN.toNanos())) {
            long waited = System.nanoTime() - start;
            if (waited > atMost.toNanos()) {
                return false;
            }
            progress.advance(brokers.committed(partition));
            if (waited > LOOK_AFTER.toNanos()) {
                look(partition, progress, offset + 1, brokers);
            }
        }
        return true;
    }

    private static void look(TopicPartition partition, Progress progress, long to, BrokerView brokers) {
        long from = progress.next.get();
        if (from < to && brokers.isEmpty(partition, from, to)) {
            progress.advance(to);
        }
    }

    private Progress progress(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, key -> new Progress());
    }
}
