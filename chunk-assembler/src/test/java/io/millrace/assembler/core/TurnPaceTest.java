package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnPaceTest {
    private long now;
    private int turns;
    private final TurnPace pace = new TurnPace(() -> now);

    @Test
    void shouldTakeEveryTurnWhileNoRecordComes() {
        // when
        turnOf(40);
        turnOf(40);

        // then
        assertThat(turns).isEqualTo(2);
        assertThat(pace.slices(8)).isEqualTo(8);
    }

    @Test
    void shouldGiveRecordsAsMuchTimeAsTheTurnBeforeTook() {
        // given
        turnOf(40);

        // when
        pace.processed();
        now += 39;
        turnOf(40);

        // then
        assertThat(turns).isEqualTo(1);

        // when
        pace.processed();
        now += 1;
        turnOf(40);

        // then
        assertThat(turns).isEqualTo(2);
    }

    @Test
    void shouldTakeSmallTurnsWhileRecordsCome() {
        // given
        pace.processed();

        // then
        assertThat(pace.slices(8)).isEqualTo(4);
        assertThat(pace.slices(1)).isEqualTo(1);

        // when
        turnOf(1);

        // then
        assertThat(pace.slices(8)).isEqualTo(8);
    }

    private void turnOf(long nanos) {
        pace.take(() -> {
            turns++;
            now += nanos;
        });
    }
}
