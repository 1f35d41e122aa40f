package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Backlog backlog = new Backlog();

    @Test
    void shouldBeTheTimeInWhichWhatWaitsIsWorkedOff() {
        for (long second = 0; second <= 20; second++) {
            backlog.look(5000 - second * 50, second * 50, second * SECOND);
        }

        assertThat(backlog.waiting()).isEqualTo(4000);
        assertThat(backlog.seconds()).isCloseTo(80, Percentage.withPercentage(1));
    }

    @Test
    void shouldRememberTheThroughputOfAnIdleLane() {
        backlog.look(100, 0, 0);
        backlog.look(0, 100, SECOND);
        backlog.look(0, 100, 60 * SECOND);
        assertThat(backlog.seconds()).isZero();

        backlog.look(200, 100, 61 * SECOND);

        assertThat(backlog.seconds()).isEqualTo(2);
    }

    @Test
    void shouldBeInfiniteWhileNothingIsSettled() {
        backlog.look(10, 0, 0);
        backlog.look(10, 0, SECOND);

        assertThat(backlog.seconds()).isInfinite();
    }
}
