package io.millrace.worker.core;

/**
 * How many requests a server takes at a time, learned from its answers: one more for each round of answers while they come
 * as fast as usual, half as many when it refuses or keeps silent. Not thread-safe; time is an argument.
 */
public final class ConcurrencyLimit {
    /** Answers that take longer than this times the usual say that requests queue up in the server. */
    private static final double SLOWER = 1.5;
    /** Weight of the newest answer in the usual time, and in the recent one. */
    private static final double USUAL_WEIGHT = 0.02;

    private static final double RECENT_WEIGHT = 0.25;

    private final int most;
    private double limit;
    private double usualNanos;
    private double recentNanos;
    private long quietUntilNanos = Long.MIN_VALUE;

    /**
     * Begins with a quarter of the most.
     *
     * @param most never more than this, at least 1
     */
    public ConcurrencyLimit(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a server takes at least one request: " + most);
        }
        this.most = most;
        this.limit = Math.max(1, most / 4.0);
    }

    /** How many requests may be under way, at least 1. */
    public int current() {
        return (int) limit;
    }

    /**
     * A request was answered.
     *
     * @param tookNanos until the first token where the answer is streamed, else until its end
     * @param running how many were under way, this one included
     */
    public void answered(long tookNanos, int running) {
        usualNanos = usualNanos == 0 ? tookNanos : usualNanos + USUAL_WEIGHT * (tookNanos - usualNanos);
        recentNanos = recentNanos == 0 ? tookNanos : recentNanos + RECENT_WEIGHT * (tookNanos - recentNanos);
        // A limit that nobody reaches is not tried out, so it does not grow.
        if (running >= current() && recentNanos <= SLOWER * usualNanos) {
            limit = Math.min(most, limit + 1 / limit);
        }
    }

    /**
     * The server refused, or did not answer in time. What was sent before it could show an effect counts once.
     *
     * @param tookNanos how long the request was under way
     */
    public void overloaded(long nowNanos, long tookNanos) {
        long sentNanos = nowNanos - tookNanos;
        if (quietUntilNanos == Long.MIN_VALUE || sentNanos - quietUntilNanos >= 0) {
            limit = Math.max(1, limit / 2);
            quietUntilNanos = nowNanos;
        }
    }
}
