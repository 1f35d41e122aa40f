package io.millrace.assembler.core;

/**
 * A stretch of an upload.
 *
 * @param from its first byte, at least 0
 * @param to the byte after its last, more than {@code from}
 */
public record Interval(long from, long to) {
    /** Refuses what is empty or turned round. */
    public Interval {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("no stretch of bytes: " + from + " to " + to);
        }
    }

    /** How many bytes it has. */
    public long length() {
        return to - from;
    }
}
