package io.millrace.standalone.operations.core;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant: those to which all of this applies.
 *
 * @param ids only these; empty for any
 * @param cause only of this cause
 * @param topic only from this topic
 * @param stream only of this job, call or session
 * @param span only those put aside in this time
 */
public record LetterFilter(
        Set<String> ids, Optional<String> cause, Optional<String> topic, Optional<String> stream, TimeSpan span) {
    /** Keeps a copy. */
    public LetterFilter {
        ids = Set.copyOf(ids);
    }

    /** Only these. */
    public static LetterFilter of(Set<String> ids) {
        return new LetterFilter(ids, Optional.empty(), Optional.empty(), Optional.empty(), TimeSpan.ALWAYS);
    }

    /** Whether it says anything at all. */
    public boolean isOpen() {
        return ids.isEmpty() && cause.isEmpty() && topic.isEmpty() && stream.isEmpty() && !span.isBounded();
    }

    /** Whether the letter is meant. */
    public boolean accepts(Letter letter) {
        return (ids.isEmpty() || ids.contains(letter.id()))
                && cause.map(letter.cause()::equals).orElse(true)
                && topic.map(letter.source().topic()::equals).orElse(true)
                && stream.map(letter.streams()::contains).orElse(true)
                && span.contains(Instant.ofEpochMilli(letter.atMs()));
    }
}
