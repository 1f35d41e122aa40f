package io.millrace.testing.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoAcknowledgedByteResentTest {
    private final NoAcknowledgedByteResent guarantee = new NoAcknowledgedByteResent();

    @Test
    void shouldHoldWhenOnlyBytesInFlightAreSentAgain() {
        guarantee.sent(0, 100);
        guarantee.told(60);
        guarantee.sent(60, 90);
        guarantee.told(150);
        assertThat(guarantee.verdict().held()).isTrue();
        assertThat(guarantee.resentInFlight()).isEqualTo(40);
        assertThat(guarantee.resentAcknowledged()).isZero();
    }

    @Test
    void shouldBreakWhenAcknowledgedBytesAreSentAgain() {
        guarantee.sent(0, 100);
        guarantee.told(60);
        guarantee.sent(50, 60);
        assertThat(guarantee.verdict().held()).isFalse();
        assertThat(guarantee.resentAcknowledged()).isEqualTo(10);
        assertThat(guarantee.resentInFlight()).isEqualTo(40);
    }

    @Test
    void shouldBreakWhenTheOffsetGoesBack() {
        guarantee.sent(0, 100);
        guarantee.told(60);
        guarantee.told(59);
        assertThat(guarantee.verdict().examples()).containsExactly("the offset went back from 60 to 59");
    }

    @Test
    void shouldBreakWhenMoreIsToldThanWasSent() {
        guarantee.sent(0, 100);
        guarantee.told(101);
        assertThat(guarantee.verdict().held()).isFalse();
    }
}
