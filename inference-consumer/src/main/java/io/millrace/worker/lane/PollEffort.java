package io.millrace.worker.lane;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Tells whether the calling thread waited or worked. While the broker is away that coordinates a share group, each poll of its
 * consumers asks again and again without a wait until its time is over, and keeps the consumer's other thread awake (Kafka 4.3): the
 * slots of two workers took more than one of two cores, and held back what would have ended the outage. For one thread.
 */
final class PollEffort {
    /** A poll that waits takes about a hundredth. */
    private static final int BUSY_SHARE = 8;

    /** After which a broker answers a fetch that found nothing. */
    static final Duration FETCH_WAIT = Duration.ofMillis(500);
    /**
     * Not in step with {@link #FETCH_WAIT}. When a poll ends as an answer with records comes, the next one fetches once more, finds
     * both answers, and merges them without the second one's gaps (markers of transactions): these stay locked, and the partition
     * stands still when its locks are used up. Until Kafka has KAFKA-21106 this makes it rare.
     */
    static final Duration WHOLE = Duration.ofMillis(730);
    /**
     * While records come one poll after the other. A share consumer fetches once a poll (Kafka 4.3), and where the answer has nothing but the marker of a
     * transaction, which is what is left when a fetch ended just before it, the poll waits to its end without another one. So a lane
     * would stand still for most of {@link #WHOLE}, in one of three jobs of 10,000 requests.
     */
    static final Duration FOLLOWING = Duration.ofMillis(80);

    /** So many polls in a row with records are a stream of them. */
    private static final int STREAM = 4;

    private static final long FOLLOWS_NANOS = Duration.ofSeconds(1).toNanos();
    /** Long enough to tell one from the other. */
    private static final Duration SHORT = Duration.ofMillis(5);

    private static final Duration REST = Duration.ofMillis(100);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private long wall;
    private long cpu;
    private boolean busy;
    private int inARow;
    private long streamedNanos = System.nanoTime() - FOLLOWS_NANOS;

    /** Before a poll. */
    void begin() {
        wall = System.nanoTime();
        cpu = cpuTime();
    }

    /**
     * After a poll.
     *
     * @param empty whether it brought nothing
     */
    void end(boolean empty) {
        long worked = cpuTime() - cpu;
        long now = System.nanoTime();
        busy = empty && worked > (now - wall) / BUSY_SHARE;
        inARow = empty ? 0 : inARow + 1;
        streamedNanos = inARow >= STREAM ? now : streamedNanos;
    }

    /** How long the next poll should be. */
    Duration poll() {
        if (busy) {
            return SHORT;
        }
        return System.nanoTime() - streamedNanos < FOLLOWS_NANOS ? FOLLOWING : WHOLE;
    }

    /** How long to do something else before it, or nothing. */
    Duration rest() {
        return busy ? REST : Duration.ZERO;
    }

    /** Always the same where the platform does not tell: then nobody rests. */
    private static long cpuTime() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    }
}
