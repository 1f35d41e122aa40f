package io.millrace.publisher.core;

/**
 * When something is tried: at once, then after ever longer times until they are four hours. It needs no memory: the times follow
 * from the beginning and the name of what is tried, which spreads them so that not everything comes at the same moment.
 */
public final class RetryPlan {
    private static final long[] AFTER_MS = {0, 1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000};
    private static final long LAST_STEP_MS = 14_400_000;
    private static final int SPREAD_PERCENT = 20;

    private RetryPlan() {}

    /**
     * Whether one of the times lies in a stretch.
     *
     * @param name of what is tried
     * @param fromMs since the beginning, exclusive; negative for all before
     * @param toMs since the beginning, inclusive
     */
    public static boolean isDue(String name, long fromMs, long toMs) {
        if (toMs < 0) {
            return false;
        }
        for (int attempt = 0; ; attempt++) {
            long time = time(name, attempt);
            if (time > toMs) {
                return false;
            }
            if (time > fromMs) {
                return true;
            }
        }
    }

    /** When this attempt is, since the beginning; ascending. */
    static long time(String name, int attempt) {
        int beyond = attempt - AFTER_MS.length + 1;
        long planned = beyond <= 0 ? AFTER_MS[attempt] : AFTER_MS[AFTER_MS.length - 1] + beyond * LAST_STEP_MS;
        long step = beyond <= 0 ? planned / 2 : LAST_STEP_MS;
        return planned + step * Math.floorMod((name + attempt).hashCode(), SPREAD_PERCENT) / 100;
    }
}
