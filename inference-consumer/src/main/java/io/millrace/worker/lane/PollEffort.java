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
    /** Long enough to tell one from the other. */
    private static final Duration SHORT = Duration.ofMillis(5);

    private static final Duration REST = Duration.ofMillis(100);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private long wall;
    private long cpu;
    private boolean busy;

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
        busy = empty && worked > (System.nanoTime() - wall) / BUSY_SHARE;
    }

    /** How long the next poll should be. */
    Duration poll() {
        return busy ? SHORT : WHOLE;
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
