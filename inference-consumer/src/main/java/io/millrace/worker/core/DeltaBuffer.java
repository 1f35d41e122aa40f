package io.millrace.worker.core;

import java.util.Optional;

/**
 * Gathers the pieces of a text that is being made, so that they travel some at a time: the first at once, others when the
 * last sending is some time ago, and now and then the whole text, for those who came late. Not thread-safe; time is an
 * argument.
 */
public final class DeltaBuffer {
    private final long gatherNanos;
    private final long wholeNanos;
    private final StringBuilder text = new StringBuilder();
    private int sent;
    private boolean begun;
    private long sentAtNanos;
    private long wholeAtNanos;

    /**
     * An empty text.
     *
     * @param gatherNanos shortest time between two sendings
     * @param wholeNanos time between two sendings of the whole text
     */
    public DeltaBuffer(long gatherNanos, long wholeNanos) {
        this.gatherNanos = gatherNanos;
        this.wholeNanos = wholeNanos;
    }

    /**
     * What to send.
     *
     * @param position where it goes, in UTF-16 code units; 0: it replaces all
     */
    public record Piece(long position, String text) {}

    /** The text goes on. */
    public void add(String piece) {
        text.append(piece);
    }

    /** What to send now, if anything is due. */
    public Optional<Piece> due(long nowNanos) {
        return !begun || nowNanos - sentAtNanos >= gatherNanos ? flush(nowNanos) : Optional.empty();
    }

    /** All that is not sent yet. */
    public Optional<Piece> flush(long nowNanos) {
        if (sent == text.length()) {
            return Optional.empty();
        }
        boolean whole = !begun || nowNanos - wholeAtNanos >= wholeNanos;
        int from = whole ? 0 : sent;
        sent = text.length();
        sentAtNanos = nowNanos;
        if (whole) {
            wholeAtNanos = nowNanos;
        }
        begun = true;
        return Optional.of(new Piece(from, text.substring(from)));
    }
}
