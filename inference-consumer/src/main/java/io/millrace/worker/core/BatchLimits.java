package io.millrace.worker.core;

/**
 * How large a batch may be and how long it may be waited for.
 *
 * @param items most items of one batch
 * @param tokens most tokens of one batch, padding included; an item that alone has more runs alone
 * @param bytes most bytes of one batch; an item that alone has more runs alone
 * @param padding how much of a batch may be padding, from 0 to 1: on a CPU padding costs more than a batch gains; some tokens
 *     may be padding in any case
 * @param delayNanos how long the first item waits at most for items that are expected
 */
public record BatchLimits(int items, int tokens, long bytes, double padding, long delayNanos) {
    /** With MiniLM on a CPU a run of its own costs as much as so many tokens (docs/benchmarks.md). */
    private static final int FREE_PADDING = 6;
    /** A single text may have as many. */
    private static final int FEW_TOKENS = 512;

    /** Checks that work can go on within these limits. */
    public BatchLimits {
        if (items < 1 || tokens < 1 || bytes < 1 || delayNanos < 0 || !(padding >= 0 && padding <= 1)) {
            throw new IllegalArgumentException(
                    "a batch needs room for an item, a token and a byte, a padding from 0 to 1 and no negative delay: "
                            + items + ", " + tokens + ", " + bytes + ", " + padding + ", " + delayNanos);
        }
    }

    /** Half as much, but never less than an item. */
    BatchLimits halved() {
        return new BatchLimits(Math.max(1, items / 2), Math.max(1, tokens / 2), bytes, padding, delayNanos);
    }

    /** Whether a batch may take much more memory than a single item does. */
    boolean areLarge() {
        return tokens > FEW_TOKENS;
    }

    /** Whether so many items, the longest of which has so many tokens, make one batch. */
    boolean allow(int count, Size sum, int longest) {
        long padded = (long) count * longest;
        return count <= items
                && sum.bytes() <= bytes
                && padded <= tokens
                && padded - sum.tokens() <= Math.max(FREE_PADDING, padding * padded);
    }

    /** Whether so much fills a batch by itself, whatever comes next. */
    boolean isFull(int count, Size sum) {
        return count >= items || sum.tokens() >= tokens || sum.bytes() >= bytes;
    }
}
