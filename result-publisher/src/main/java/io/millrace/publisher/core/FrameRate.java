package io.millrace.publisher.core;

/**
 * How fast one subscriber may send frames: so many at once, and so many a second on average. Not thread-safe.
 */
public final class FrameRate {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private double left;
    private long lastNanos;

    /** Allows {@code burst} frames at once and {@code perSecond} in the long run, from this moment on. */
    public FrameRate(double perSecond, double burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.lastNanos = nowNanos;
    }

    /** Whether one more frame may come at this moment. */
    public boolean allows(long nowNanos) {
        left = Math.min(burst, left + perSecond * (nowNanos - lastNanos) / NANOS);
        lastNanos = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
