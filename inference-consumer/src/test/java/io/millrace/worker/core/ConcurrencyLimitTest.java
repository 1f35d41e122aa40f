package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    private static final long FAST = 10_000_000;

    @Test
    void shouldGrowToTheMostWhileAnswersComeAsFastAsUsual() {
        ConcurrencyLimit limit = new ConcurrencyLimit(16);

        answer(limit, 500, FAST);

        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void shouldNotGrowWhenAnswersBecomeSlower() {
        ConcurrencyLimit limit = new ConcurrencyLimit(64);
        answer(limit, 30, FAST);
        answer(limit, 3, 20 * FAST);
        int before = limit.current();

        answer(limit, 10, 20 * FAST);

        assertThat(limit.current()).isEqualTo(before);
    }

    @Test
    void shouldNotGrowBeyondWhatIsUsed() {
        ConcurrencyLimit limit = new ConcurrencyLimit(64);

        for (int i = 0; i < 500; i++) {
            limit.answered(FAST, 1);
        }

        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void shouldHalveOnceForAllThatWasSentTogether() {
        ConcurrencyLimit limit = new ConcurrencyLimit(64);
        answer(limit, 5000, FAST);

        for (int i = 0; i < 30; i++) {
            limit.overloaded(1_000 * FAST + i, FAST);
        }

        assertThat(limit.current()).isEqualTo(32);
        limit.overloaded(1_002 * FAST, FAST / 2);
        assertThat(limit.current()).isEqualTo(16);
    }

    @Property
    void shouldStayWithinItsBounds(@ForAll long[] times) {
        ConcurrencyLimit limit = new ConcurrencyLimit(8);
        long now = 0;
        for (long time : times) {
            long took = Math.floorMod(time, 10 * FAST);
            now += took;
            if (time % 3 == 0) {
                limit.overloaded(now, took);
            } else {
                limit.answered(took, 8);
            }
            assertThat(limit.current()).isBetween(1, 8);
        }
    }

    private static void answer(ConcurrencyLimit limit, int times, long took) {
        for (int i = 0; i < times; i++) {
            limit.answered(took, limit.current());
        }
    }
}
