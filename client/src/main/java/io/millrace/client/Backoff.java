package io.millrace.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides how long to pause after the n-th failure in a row: exponential with full jitter, so that many clients that lost
 * the same server do not come back at the same moment. Pure; not thread-safe.
 */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** Something went well: the next failure counts as the first again. */
    void reset() {
        failures = 0;
    }

    /**
     * The pause after one more failure.
     *
     * @param retryAfter the least pause that the server asked for, zero if it did not
     */
    Duration next(Duration retryAfter) {
        long bound = Math.min(longest.toNanos(), first.toNanos() << Math.min(failures, 20));
        failures++;
        Duration jittered = Duration.ofNanos(random.nextLong(Math.max(1, bound)));
        // What the server asks for is a minimum; the jitter on top keeps clients apart.
        return retryAfter.isZero() ? jittered : retryAfter.plus(jittered.dividedBy(4));
    }
}
