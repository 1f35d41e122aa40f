package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Test
    void shouldNeverExceedTheDoublingBoundNorTheLongestPause() {
        for (long seed = 0; seed < 50; seed++) {
            Backoff backoff = new Backoff(FIRST, LONGEST, new Random(seed));
            for (int failure = 0; failure < 100; failure++) {
                Duration bound = failure < 6 ? FIRST.multipliedBy(1L << failure) : LONGEST;
                assertThat(backoff.next(Duration.ZERO)).isBetween(Duration.ZERO, bound);
            }
        }
    }

    @Test
    void shouldBeginAnewAfterASuccess() {
        // given
        Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
        for (int failure = 0; failure < 20; failure++) {
            assertThat(backoff.next(Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ZERO);
        }

        // when
        backoff.reset();

        // then
        assertThat(backoff.next(Duration.ZERO)).isLessThanOrEqualTo(FIRST);
    }

    @Test
    void shouldPauseAtLeastAsLongAsTheServerAsks() {
        Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
        assertThat(backoff.next(Duration.ofSeconds(30)))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(30).plus(FIRST));
    }
}
