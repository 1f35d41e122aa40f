package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryPolicyPropertyTest {
    private static final RetryPolicy POLICY = new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(10));
    private static final Duration HOUR = Duration.ofHours(1);

    @Property
    void shouldWaitNoLongerThanTheDoubledTimeAndNoShorterThanAsked(
            @ForAll @IntRange(min = 1, max = 40) int failures,
            @ForAll @IntRange(max = 60) int retryAfter,
            @ForAll long seed) {
        Duration asked = Duration.ofSeconds(retryAfter);

        Duration wait = POLICY.next(0, failures, asked, HOUR, new Random(seed)).orElseThrow();

        long most = failures > 5 ? 10_000 : Math.min(10_000, 500L << (failures - 1));
        assertThat(wait).isGreaterThanOrEqualTo(asked);
        assertThat(wait.toMillis()).isLessThanOrEqualTo(Math.max(most, asked.toMillis()));
    }

    @Property
    void shouldNeverWaitPastTheDeadlineNorTryOftenerThanTheLimit(
            @ForAll @IntRange(max = 10) int counted, @ForAll @IntRange(max = 20_000) int leftMs, @ForAll long seed) {
        Duration left = Duration.ofMillis(leftMs);

        Optional<Duration> wait = POLICY.next(counted, 6, Duration.ZERO, left, new Random(seed));

        wait.ifPresent(some -> assertThat(some).isLessThan(left));
        if (counted >= 3) {
            assertThat(wait).isEmpty();
        }
    }
}
