package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.edge.core.AppendDecision.Accept;
import io.millrace.edge.core.AppendDecision.TooLong;
import io.millrace.edge.core.AppendDecision.WrongOffset;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AppendDecisionTest {
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    @Test
    void shouldAcceptABodyUpToTheUploadsEnd() {
        assertThat(AppendDecision.of(40, OptionalLong.of(60), 40, OptionalLong.of(100), 1000))
                .isEqualTo(new Accept(60));
        assertThat(AppendDecision.of(40, OptionalLong.of(61), 40, OptionalLong.of(100), 1000))
                .isEqualTo(new TooLong(100));
    }

    @Test
    void shouldBoundAnUploadOfUnknownLength() {
        assertThat(AppendDecision.of(0, UNKNOWN, 0, UNKNOWN, 1000)).isEqualTo(new Accept(1000));
        assertThat(AppendDecision.of(0, OptionalLong.of(1001), 0, UNKNOWN, 1000))
                .isEqualTo(new TooLong(1000));
    }

    @Test
    void shouldNameTheOffsetWhereItGoesOn() {
        assertThat(AppendDecision.of(0, OptionalLong.of(1), 40, OptionalLong.of(100), 1000))
                .isEqualTo(new WrongOffset(40));
        assertThat(AppendDecision.of(100, OptionalLong.of(500), 40, OptionalLong.of(100), 1000))
                .isEqualTo(new WrongOffset(40));
    }

    @Test
    void shouldAcceptNothingButAnEmptyBodyWhenAllIsThere() {
        assertThat(AppendDecision.of(100, OptionalLong.of(0), 100, OptionalLong.of(100), 1000))
                .isEqualTo(new Accept(0));
        assertThat(AppendDecision.of(100, UNKNOWN, 100, OptionalLong.of(100), 1000))
                .isEqualTo(new Accept(0));
        assertThat(AppendDecision.of(100, OptionalLong.of(1), 100, OptionalLong.of(100), 1000))
                .isEqualTo(new TooLong(100));
    }
}
