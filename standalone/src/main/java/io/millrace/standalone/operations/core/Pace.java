package io.millrace.standalone.operations.core;

/** Says how long to wait so that no more than so many things happen in a second. Not thread-safe. */
public final class Pace {
    private static final double NANOS = 1e9;

    private final double nanosEach;
    private double freeAt;
    private boolean begun;

    /** @param perSecond 0 for as many as go */
    public Pace(int perSecond) {
        nanosEach = perSecond == 0 ? 0 : NANOS / perSecond;
    }

    /**
     * So many are to happen now.
     *
     * @param now nanoseconds of any clock
     * @return nanoseconds to wait before they may
     */
    public long delay(long count, long now) {
        if (!begun || freeAt < now) {
            begun = true;
            freeAt = now;
        }
        long wait = (long) (freeAt - now);
        freeAt += count * nanosEach;
        return wait;
    }
}
