package io.millrace.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for conditions with a deadline, instead of letting time pass. */
public final class Eventually {
    private static final Duration DEFAULT_BOUND = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private Eventually() {}

    /** Waits at most 30 s until the condition is true; the text says in the failure what did not happen. */
    public static void check(Callable<Boolean> condition, String what) {
        check(DEFAULT_BOUND, condition, what);
    }

    /**
     * Waits until the condition is true. One that throws is not true yet; the last exception is the failure's cause.
     *
     * @throws AssertionError if the bound has passed
     */
    public static void check(Duration bound, Callable<Boolean> condition, String what) {
        value(bound, () -> condition.call() ? Optional.of(true) : Optional.empty(), what);
    }

    /** Waits at most 30 s until there is a value, and returns it. */
    public static <T> T value(Callable<Optional<T>> source, String what) {
        return value(DEFAULT_BOUND, source, what);
    }

    /**
     * Waits until there is a value, and returns it. A source that throws has none yet; the last exception is the failure's
     * cause.
     *
     * @throws AssertionError if the bound has passed
     */
    public static <T> T value(Duration bound, Callable<Optional<T>> source, String what) {
        long deadline = System.nanoTime() + bound.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            @Nullable Exception last = null;
            try {
                Optional<T> value = source.call();
                if (value.isPresent()) {
                    return value.get();
                }
            } catch (Exception e) {
                last = e;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + bound.toMillis() + " ms: " + what, last);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }
}
