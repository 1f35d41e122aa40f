package io.millrace.standalone.operations.core;

import java.util.Optional;
import java.util.Set;

/**
 * A record that could not be processed, without its value.
 *
 * @param source where it stood
 * @param service which gave up
 * @param cause a code of the error catalogue
 * @param message for the operator
 * @param streams the jobs, calls or sessions that it concerns, as far as its key and headers tell
 * @param atMs when it was put aside, the last time
 * @param position its offset in its partition of the dead letters
 * @param partition its partition of the dead letters
 * @param settlement what became of it; empty while it waits for an operator
 */
public record Letter(
        LetterSource source,
        String service,
        String cause,
        String message,
        Set<String> streams,
        long atMs,
        int partition,
        long position,
        Optional<Settlement> settlement) {
    /** Keeps a copy. */
    public Letter {
        streams = Set.copyOf(streams);
    }

    /** The letter's name. */
    public String id() {
        return source.id();
    }

    /** The same, settled. */
    Letter settled(Settlement by) {
        return new Letter(source, service, cause, message, streams, atMs, partition, position, Optional.of(by));
    }
}
