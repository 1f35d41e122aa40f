package io.millrace.worker.core;

/**
 * How much work waits in a lane, in seconds: what waits by what was settled lately, by all workers together. Not thread-safe;
 * time is an argument.
 */
public final class Backlog {
    /** Weight of the newest look in the throughput. */
    private static final double NEWEST = 0.3;

    private static final double NANOS = 1e9;

    private long waiting;
    private long settled = -1;
    private long atNanos;
    private double perSecond;

    /**
     * A look at the lane.
     *
     * @param waitingNow records that nobody has settled
     * @param settledEver records that were settled since the lane was made
     */
    public void look(long waitingNow, long settledEver, long nowNanos) {
        if (settled >= 0 && nowNanos > atNanos) {
            double rate = Math.max(0, settledEver - settled) * NANOS / (nowNanos - atNanos);
            // An idle lane says nothing about how fast it would be worked off.
            if (waiting > 0 || rate > 0) {
                perSecond = perSecond == 0 ? rate : perSecond + NEWEST * (rate - perSecond);
            }
        }
        waiting = waitingNow;
        settled = settledEver;
        atNanos = nowNanos;
    }

    /** Records that wait. */
    public long waiting() {
        return waiting;
    }

    /** Seconds of work that wait: 0 when nothing waits, infinite while nothing that waits was ever settled. */
    public double seconds() {
        return waiting == 0 ? 0 : waiting / perSecond;
    }
}
