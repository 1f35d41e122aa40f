package io.millrace.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PollEffortTest {
    private static final long TIME_NANOS = Duration.ofMillis(50).toNanos();

    private final PollEffort effort = new PollEffort();

    @Test
    void shouldRestAfterAnEmptyPollThatWorkedAllTheTime() {
        // when
        poll(PollEffortTest::turn, true);

        // then
        assertThat(effort.rest()).isPositive();
        assertThat(effort.poll()).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void shouldNotRestAfterAPollThatWaited() throws Exception {
        // given
        poll(PollEffortTest::turn, true);

        // when
        effort.begin();
        TimeUnit.NANOSECONDS.sleep(TIME_NANOS);
        effort.end(true);

        // then
        assertThat(effort.rest()).isZero();
        assertThat(effort.poll()).isEqualTo(PollEffort.WHOLE);
    }

    @Test
    void shouldNotEndWhenTheBrokerAnswers() {
        long wait = PollEffort.FETCH_WAIT.toMillis();

        assertThat(effort.poll().toMillis() % wait).isBetween(wait / 4, wait - wait / 4);
    }

    @Test
    void shouldNotRestWhereSomethingCame() {
        // when
        poll(PollEffortTest::turn, false);

        // then
        assertThat(effort.rest()).isZero();
    }

    @Test
    void shouldAskAgainSoonWhileRecordsCome() {
        // when
        for (int n = 0; n < 3; n++) {
            poll(() -> {}, false);
        }

        // then
        assertThat(effort.poll()).isEqualTo(PollEffort.WHOLE);

        // when
        poll(() -> {}, false);

        // then
        assertThat(effort.poll()).isEqualTo(PollEffort.FOLLOWING);
        Eventually.check(() -> effort.poll().equals(PollEffort.WHOLE), "nothing came for a while");
    }

    private void poll(Runnable work, boolean empty) {
        effort.begin();
        work.run();
        effort.end(empty);
    }

    private static void turn() {
        long end = System.nanoTime() + TIME_NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
