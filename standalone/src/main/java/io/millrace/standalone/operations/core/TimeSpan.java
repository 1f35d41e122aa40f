package io.millrace.standalone.operations.core;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of time.
 *
 * @param from its first moment; empty for the beginning of everything
 * @param to the moment after its last; empty for no end
 */
public record TimeSpan(Optional<Instant> from, Optional<Instant> to) {
    /** All time. */
    public static final TimeSpan ALWAYS = new TimeSpan(Optional.empty(), Optional.empty());

    /** Checks the order. */
    public TimeSpan {
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new IllegalArgumentException("--from " + from.get() + " is not before --to " + to.get());
        }
    }

    /** Whether the moment lies in it. */
    public boolean contains(Instant at) {
        return from.map(first -> !at.isBefore(first)).orElse(true)
                && to.map(end -> at.isBefore(end)).orElse(true);
    }

    /** Whether it is bounded anywhere. */
    public boolean isBounded() {
        return from.isPresent() || to.isPresent();
    }
}
