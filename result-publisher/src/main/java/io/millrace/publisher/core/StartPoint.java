package io.millrace.publisher.core;

import io.millrace.schemas.v1.StreamState;

/** From where a subscriber wants a stream. */
public sealed interface StartPoint {

    /** Everything. */
    record Beginning() implements StartPoint {}

    /** Only what comes. */
    record Now() implements StartPoint {}

    /** What comes after this position; the offset is -1 for one who has the epoch and no event yet. */
    record After(String epoch, long offset) implements StartPoint {}

    /**
     * Where the stream goes on for this subscriber.
     *
     * @param from the first offset that it gets
     * @param recovered whether it gets exactly what it has not had
     */
    record Resumption(long from, boolean recovered) {}

    /** Decides where to go on in a stream that is at least as far as its topic was when the subscriber came. */
    default Resumption in(StreamState stream) {
        return switch (this) {
            case Beginning beginning -> new Resumption(stream.getFirstOffset(), stream.getFirstOffset() == 0);
            case Now now -> new Resumption(stream.getNextOffset(), true);
            case After after ->
                after.epoch().equals(stream.getEpoch())
                                && after.offset() < stream.getNextOffset()
                                && after.offset() + 1 >= stream.getFirstOffset()
                        ? new Resumption(after.offset() + 1, true)
                        : new Resumption(stream.getFirstOffset(), false);
        };
    }

    /**
     * Whether the answer could be wrong for a stream of which only this is known, because the rest of its topic was not read
     * yet, so that it is worth waiting for that.
     */
    default boolean needsMoreThan(StreamState stream) {
        return switch (this) {
            case Beginning beginning -> false;
            case Now now -> true;
            case After after -> after.epoch().equals(stream.getEpoch()) && after.offset() >= stream.getNextOffset();
        };
    }
}
