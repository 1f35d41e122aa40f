package io.millrace.edge.core;

/** From where a subscriber wants a result stream. */
public sealed interface StreamStart {

    /** Everything. */
    record Beginning() implements StreamStart {}

    /** Only what comes. */
    record Now() implements StreamStart {}

    /** What comes after this position; the offset is -1 for one who has the epoch and no event yet. */
    record After(String epoch, long offset) implements StreamStart {}
}
