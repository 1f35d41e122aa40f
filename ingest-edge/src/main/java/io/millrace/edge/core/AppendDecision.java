package io.millrace.edge.core;

import java.util.OptionalLong;

/** What an append to an upload may do, decided before its first byte is read. */
public sealed interface AppendDecision {

    /**
     * The body may be written.
     *
     * @param room how many bytes fit; what comes after them is too much
     */
    record Accept(long room) implements AppendDecision {}

    /** The body does not start where the upload goes on. */
    record WrongOffset(long expected) implements AppendDecision {}

    /** The body is known to end behind the upload's end. */
    record TooLong(long limit) implements AppendDecision {}

    /**
     * Decides.
     *
     * @param offset where the client wants to append
     * @param bodyLength how much it wants to append, where it says so
     * @param reached the upload's bytes that are there without a gap
     * @param length the upload's length, where it is known
     * @param maxLength how long an upload of unknown length may become
     */
    static AppendDecision of(long offset, OptionalLong bodyLength, long reached, OptionalLong length, long maxLength) {
        if (offset != reached) {
            return new WrongOffset(reached);
        }
        long limit = length.orElse(maxLength);
        long room = Math.max(0, limit - offset);
        return bodyLength.orElse(0) > room ? new TooLong(limit) : new Accept(room);
    }
}
