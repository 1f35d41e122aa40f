package io.millrace.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.deployment.Kind;
import io.millrace.testing.model.ModelServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The short form of {@code millrace-bench faults}: one fault for each kind of process. Guarantees count here and times do
 * not. The order and the victims are another each time; the printed seed repeats them.
 */
class KillMatrixFaultIT {
    private static final List<Cell> CELLS = List.of(
            new Cell(Kind.BROKER, Fault.KILL, Phase.STEADY),
            new Cell(Kind.EDGE, Fault.STOP, Phase.STEADY),
            new Cell(Kind.ASSEMBLER, Fault.KILL, Phase.STEADY),
            new Cell(Kind.WORKER, Fault.KILL, Phase.STEADY),
            new Cell(Kind.PUBLISHER, Fault.KILL, Phase.REBALANCE));

    @Test
    @Timeout(600)
    void shouldKeepEveryPromiseWhileProcessesOfEveryKindDie() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "faults")), "run-");
        FaultScenario scenario = new FaultScenario(
                folder.toAbsolutePath(), System.nanoTime(), Patience.HASTY, UnaryOperator.identity(), System.out);
        try (ModelServer models = ModelServer.start()) {
            FaultScenario.Outcome outcome = scenario.run(models, (deployment, run, random) -> hitAll(run, random));

            assertThat(outcome.broken()).isEmpty();
            assertThat(outcome.rows()).hasSize(CELLS.size() + 1);
            assertThat(outcome.watch().counted(Calls.MADE)).isPositive();
        }
    }

    private static void hitAll(FaultRun run, Random random) throws Exception {
        List<Cell> cells = new ArrayList<>(CELLS);
        Collections.shuffle(cells, random);
        for (Cell cell : cells) {
            run.hit(cell);
        }
    }
}
