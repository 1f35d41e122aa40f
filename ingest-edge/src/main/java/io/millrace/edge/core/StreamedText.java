package io.millrace.edge.core;

import java.util.Optional;

/**
 * What a caller has of a text that comes in pieces. What was given out cannot be taken back: a new attempt whose text begins
 * otherwise cannot be shown to this caller any more, and one that begins the same goes on where the last one stopped.
 */
public final class StreamedText {
    private final StringBuilder given = new StringBuilder();
    private String attempt = "";
    private StringBuilder text = new StringBuilder();

    /**
     * A piece arrives.
     *
     * @param from the attempt of which it is a piece
     * @param position where it goes in that attempt's text, in UTF-16 code units; 0 replaces all
     * @return what the caller gets now, possibly nothing; empty where it contradicts what the caller has
     */
    public Optional<String> piece(String from, long position, String piece) {
        if (position == 0) {
            attempt = from;
            text = new StringBuilder(piece);
        } else if (from.equals(attempt) && position <= text.length()) {
            text.setLength((int) position);
            text.append(piece);
        } else {
            // A piece before it was lost; the whole text comes once a second.
            return Optional.of("");
        }
        return upTo(text);
    }

    /** The whole text is known: what the caller still lacks; empty where it contradicts what the caller has. */
    public Optional<String> whole(String whole) {
        if (!whole.startsWith(given.toString())) {
            return Optional.empty();
        }
        return upTo(whole);
    }

    private Optional<String> upTo(CharSequence known) {
        int common = Math.min(known.length(), given.length());
        if (!given.substring(0, common).contentEquals(known.subSequence(0, common))) {
            return Optional.empty();
        }
        if (known.length() <= given.length()) {
            return Optional.of("");
        }
        String more = known.subSequence(given.length(), known.length()).toString();
        given.append(more);
        return Optional.of(more);
    }
}
