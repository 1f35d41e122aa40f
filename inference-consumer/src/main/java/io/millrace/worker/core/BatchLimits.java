package io.millrace.worker.core;

/**
 * How large a batch may be and how long it may be waited for.
 *
 * @param items most items of one batch
 * @param tokens most tokens of one batch, padding included; an item that alone has more runs alone
 * @param padding how much of a batch may be padding, from 0 to 1: on a CPU padding costs more than a batch gains
 * @param delayNanos how long the first item waits at most for items that are expected
 */
public record BatchLimits(int items, int tokens, double padding, long delayNanos) {
    /** Checks that work can go on within these limits. */
    public BatchLimits {
        if (items < 1 || tokens < 1 || delayNanos < 0 || !(padding >= 0 && padding <= 1)) {
            throw new IllegalArgumentException(
                    "a batch needs room for an item and a token, a padding from 0 to 1 and no" + " negative delay: "
                            + items + ", " + tokens + ", " + padding + ", " + delayNanos);
        }
    }

    /** Half as much, but never less than an item. */
    BatchLimits halved() {
        return new BatchLimits(Math.max(1, items / 2), Math.max(1, tokens / 2), padding, delayNanos);
    }

    /** Whether so many items, the longest of which has so many tokens, make one batch. */
    boolean allow(int count, long sum, int longest) {
        long padded = (long) count * longest;
        return count <= items && padded <= tokens && padded - sum <= padding * padded;
    }
}
