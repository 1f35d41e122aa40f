package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryPlanPropertyTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Property(tries = 10)
    void shouldComeAtOnceThenEverLaterAndMeetEachTimeOnceHoweverOftenItIsAsked(
            @ForAll String name, @ForAll @IntRange(min = 500, max = 60_000) int step) {
        // when
        int met = 0;
        for (long at = 0; at <= DAY; at += step) {
            met += RetryPlan.isDue(name, at == 0 ? -1 : at - step, at) ? 1 : 0;
        }

        // then
        assertThat(RetryPlan.isDue(name, -1, 0)).isTrue();
        assertThat(met).isBetween(step > 500 ? 9 : 12, 15);
        for (int attempt = 1; attempt < 20; attempt++) {
            long gap = RetryPlan.time(name, attempt) - RetryPlan.time(name, attempt - 1);
            assertThat(gap).isBetween(500L, Duration.ofHours(5).toMillis());
        }
    }
}
