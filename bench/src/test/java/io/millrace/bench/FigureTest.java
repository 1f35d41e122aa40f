package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void shouldCallATargetMissedOnlyBeyondItsBound() {
        assertThat(new Figure("time", 8.0, "s", 8, Figure.Bound.AT_MOST).met()).isTrue();
        assertThat(new Figure("time", 8.01, "s", 8, Figure.Bound.AT_MOST))
                .hasToString(missed("time", "8.010", "at most"));
        assertThat(new Figure("share", 0.7, "", 0.7, Figure.Bound.AT_LEAST).met())
                .isTrue();
        assertThat(new Figure("share", 0.69, "", 0.7, Figure.Bound.AT_LEAST).met())
                .isFalse();
    }

    @Test
    void shouldTakeQuantilesByTheNearestRank() {
        // given
        double[] oneToHundred =
                IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
        // then
        assertThat(Quantiles.of(oneToHundred)).isEqualTo(new Quantiles(50, 99));
        assertThat(Quantiles.of(new double[] {7})).isEqualTo(new Quantiles(7, 7));
    }

    private static String missed(String name, String value, String bound) {
        return String.format("%-58s %9s %-6s (%s 8.00) MISSED", name, value, "s", bound);
    }
}
