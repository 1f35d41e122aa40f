package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameRateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldAllowABurstAndThenTheRate() {
        // given
        FrameRate rate = new FrameRate(2, 3, 0);

        // then
        assertThat(allowed(rate, 10, 0)).isEqualTo(3);
        assertThat(allowed(rate, 10, SECOND)).isEqualTo(2);
        assertThat(allowed(rate, 10, 100 * SECOND)).isEqualTo(3);
    }

    private static int allowed(FrameRate rate, int frames, long atNanos) {
        int allowed = 0;
        for (int i = 0; i < frames; i++) {
            allowed += rate.allows(atNanos) ? 1 : 0;
        }
        return allowed;
    }
}
