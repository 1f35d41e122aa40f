package io.millrace.worker.core;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a failed try is repeated: after a random part (full jitter) of a time that doubles, never before the server allows it,
 * and never past the deadline. Pure; time and chance are arguments.
 *
 * @param attempts most tries in all
 * @param first the longest wait before the second try
 * @param longest the longest wait of all that the server did not ask for
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /** Checks the bounds. */
    public RetryPolicy {
        if (attempts < 1 || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("no policy: " + attempts + ", " + first + ", " + longest);
        }
    }

    /**
     * How long to wait before the next try; empty when there is none.
     *
     * @param counted tries up to now that count against the limit
     * @param failures failures up to now, counted or not; at least 1
     * @param retryAfter what the server asked for; zero if nothing
     * @param left time until the deadline
     */
    public Optional<Duration> next(
            int counted, int failures, Duration retryAfter, Duration left, RandomGenerator random) {
        if (counted >= attempts) {
            return Optional.empty();
        }
        Duration wait = backoff(failures, random);
        Duration asked = wait.compareTo(retryAfter) > 0 ? wait : retryAfter;
        return asked.compareTo(left) < 0 ? Optional.of(asked) : Optional.empty();
    }

    private Duration backoff(int failures, RandomGenerator random) {
        long most = first.toNanos();
        for (int doubled = 1; doubled < failures && most < longest.toNanos(); doubled++) {
            most *= 2;
        }
        most = Math.min(most, longest.toNanos());
        return Duration.ofNanos(most == 0 ? 0 : random.nextLong(most + 1));
    }
}
