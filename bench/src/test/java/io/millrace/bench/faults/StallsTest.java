package io.millrace.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Stalls stalls = new Stalls();
    private final long now = System.nanoTime();

    @Test
    void shouldCountOfAGapOnlyWhatLiesBehindTheFault() {
        stalls.gap("job", now - 9 * SECOND, now - 4 * SECOND);
        stalls.gap("call", now - 4 * SECOND, now - SECOND);

        assertThat(stalls.longest(now - 5 * SECOND)).isEqualTo(new Stalls.Gap("call", now - 4 * SECOND, now - SECOND));
        assertThat(stalls.longest(now - 20 * SECOND).after(now - 20 * SECOND)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void shouldBeSettledAtTheEndOfTheLastLongGap() {
        stalls.gap("job", now - 9 * SECOND, now - 4 * SECOND);
        stalls.gap("call", now - 2 * SECOND, now - SECOND);

        assertThat(stalls.settled(now - 8 * SECOND, Duration.ofSeconds(2))).isEqualTo(now - 4 * SECOND);
        assertThat(stalls.settled(now - 3 * SECOND, Duration.ofSeconds(2))).isEqualTo(now - 3 * SECOND);
    }

    @Test
    void shouldSeeWhoStillWaits() {
        try (Track track = stalls.begin("upload")) {
            assertThat(stalls.longest(track.last()).flow()).isEqualTo("upload");
        }
        assertThat(stalls.longest(now)).isEqualTo(Stalls.Gap.NONE);
    }

    @Test
    void shouldKnowWhetherEverythingHasGoneOn() {
        try (Track first = stalls.begin("upload");
                Track second = stalls.begin("job")) {
            long moment = System.nanoTime();
            first.moved();
            assertThat(stalls.allMovedSince(moment)).isFalse();
            second.moved();
            assertThat(stalls.allMovedSince(moment)).isTrue();
        }
    }
}
