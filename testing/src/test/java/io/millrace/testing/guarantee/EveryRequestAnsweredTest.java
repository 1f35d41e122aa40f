package io.millrace.testing.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EveryRequestAnsweredTest {
    private final EveryRequestAnswered guarantee = new EveryRequestAnswered();

    @Test
    void shouldHoldWhenEachHasOneOutcomeInAnyOrder() {
        guarantee.expectAll(List.of("a", "b"));
        guarantee.answered("b", "failed");
        guarantee.answered("a", "succeeded");
        assertThat(guarantee.verdict().held()).isTrue();
        assertThat(guarantee.answered()).isEqualTo(2);
        assertThatCode(() -> Guarantee.requireAll(guarantee)).doesNotThrowAnyException();
    }

    @Test
    void shouldBreakWhenAnOutcomeIsMissing() {
        guarantee.expectAll(List.of("a", "b"));
        guarantee.answered("a", "succeeded");
        assertThat(guarantee.verdict().held()).isFalse();
        assertThat(guarantee.verdict().examples()).containsExactly("b has no outcome");
    }

    @Test
    void shouldBreakWhenAnOutcomeIsRepeated() {
        guarantee.expect("a");
        guarantee.answered("a", "succeeded");
        guarantee.answered("a", "expired");
        assertThatThrownBy(() -> Guarantee.requireAll(guarantee))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("EveryRequestAnswered is BROKEN")
                .hasMessageContaining("a has 2 outcomes where there should be 1, the last is expired");
    }

    @Test
    void shouldBreakWhenNobodyAsked() {
        guarantee.answered("ghost", "succeeded");
        assertThat(guarantee.verdict().examples()).singleElement().asString().contains("there should be 0");
    }

    @Test
    void shouldWantTwoOutcomesForANameThatIsExpectedTwice() {
        guarantee.expectAll(List.of("twin", "twin"));
        guarantee.answered("twin", "succeeded");
        assertThat(guarantee.verdict().held()).isFalse();
        guarantee.answered("twin", "failed");
        assertThat(guarantee.verdict().held()).isTrue();
    }

    @Test
    void shouldShowTheFirstViolationsAndCountTheRest() {
        for (int i = 0; i < 25; i++) {
            guarantee.expect("request " + i);
        }
        assertThat(guarantee.verdict().summary()).isEqualTo("25 requests, 25 outcomes missing, 0 too many");
        assertThat(guarantee.verdict().examples()).hasSize(11).endsWith("… and 15 more");
    }
}
