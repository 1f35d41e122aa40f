package io.millrace.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.deployment.Kind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellTest {
    @Test
    void shouldHaveEveryFieldOnceInAnOrderThatTheSeedDecides() {
        assertThat(Cell.matrix(new Random(1)))
                .hasSize(Kind.values().length * Fault.values().length * Phase.values().length)
                .doesNotHaveDuplicates()
                .isEqualTo(Cell.matrix(new Random(1)))
                .isNotEqualTo(Cell.matrix(new Random(2)));
    }

    @Test
    void shouldNameWhatHappens() {
        assertThat(new Cell(Kind.EDGE, Fault.FREEZE, Phase.REBALANCE)).hasToString("edge freeze in mid-rebalance");
    }
}
