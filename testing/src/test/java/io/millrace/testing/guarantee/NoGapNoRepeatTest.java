package io.millrace.testing.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoGapNoRepeatTest {
    private final NoGapNoRepeat guarantee = new NoGapNoRepeat();

    @Test
    void shouldHoldOverAReconnect() {
        connect("e1", true, 0, 0, 1, 2);
        connect("e1", true, 3, 3, 4);
        guarantee.expectLast(4);
        assertThat(guarantee.verdict().held()).isTrue();
        assertThat(guarantee.position()).isEqualTo(4);
        assertThat(guarantee.restarts()).isZero();
    }

    @Test
    void shouldHoldWhenTheSubscriberIsToldOfARestart() {
        connect("e1", true, 0, 0, 1, 2);
        connect("e2", false, 0, 0, 1);
        assertThat(guarantee.verdict().held()).isTrue();
        assertThat(guarantee.restarts()).isEqualTo(1);
    }

    @Test
    void shouldBreakOnAGap() {
        connect("e1", true, 0, 0, 2);
        assertThat(guarantee.verdict().examples()).containsExactly("gap: after offset 0 came 2");
    }

    @Test
    void shouldBreakOnARepeat() {
        connect("e1", true, 0, 0, 1);
        connect("e1", true, 2, 1, 2);
        assertThat(guarantee.verdict().examples()).containsExactly("repeat: offset 1 came again, after 1");
    }

    @Test
    void shouldBreakWhenTheServerGoesOnElsewhereAndCallsItRecovered() {
        connect("e1", true, 0, 0, 1);
        connect("e1", true, 5);
        assertThat(guarantee.verdict().held()).isFalse();
    }

    @Test
    void shouldBreakOnAnotherEpochThatIsCalledRecovered() {
        connect("e1", true, 0, 0);
        connect("e2", true, 1);
        assertThat(guarantee.verdict().held()).isFalse();
    }

    @Test
    void shouldBreakWhenTheEndIsMissing() {
        connect("e1", true, 0, 0, 1);
        guarantee.expectLast(7);
        assertThat(guarantee.verdict().examples())
                .containsExactly("the stream ends with offset 7, the subscriber with 1");
    }

    private void connect(String epoch, boolean recovered, long from, long... offsets) {
        guarantee.subscribed(epoch, recovered, from);
        for (long offset : offsets) {
            guarantee.event(offset);
        }
    }
}
