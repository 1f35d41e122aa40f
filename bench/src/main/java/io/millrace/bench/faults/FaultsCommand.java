package io.millrace.bench.faults;

import io.millrace.testing.deployment.Clocks;
import io.millrace.testing.deployment.DeploymentOptions;
import io.millrace.testing.deployment.Kind;
import io.millrace.testing.model.ModelServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace-bench faults}: exits with 1 when a promise was broken or a target missed. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description =
                "Kills, freezes and stops every kind of process of a deployment under load, fills disks, and restarts"
                        + " all of it, while every guarantee is watched.")
public final class FaultsCommand implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "1", description = "Times through the whole matrix (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seed", description = "Decides the order and the victims; printed where it is not given.")
    private long seed = System.currentTimeMillis();

    @Option(names = "--kinds", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Kind> kinds = EnumSet.allOf(Kind.class);

    @Option(names = "--faults", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Fault> faults = EnumSet.allOf(Fault.class);

    @Option(names = "--phases", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Phase> phases = EnumSet.allOf(Phase.class);

    @Option(names = "--parts", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(
            names = "--clocks",
            defaultValue = "LOWERED",
            description = "When a silent process is taken for dead: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Clocks clocks = Clocks.LOWERED;

    @Option(
            names = "--named",
            description =
                    "Give assemblers and publishers names, by which they get their work back when they come back.")
    private boolean named;

    @Option(
            names = "--pauses",
            defaultValue = "1",
            description =
                    "How many times as long as usual clients pause between two pieces of work (${DEFAULT-VALUE}).")
    private int pauses;

    @Option(names = "--folder", description = "Where data and logs lie, a new folder; a temporary one by default.")
    private Path folder = Path.of("");

    @Override
    public Integer call() throws Exception {
        Path data = folder.toString().isEmpty()
                ? Files.createTempDirectory("millrace-faults")
                : Files.createDirectories(folder).toAbsolutePath();
        FaultScenario scenario = new FaultScenario(
                data,
                seed,
                Patience.MEASURING.withPauses(pauses),
                options -> options.withClocks(clocks).withNames(named),
                System.out);
        try (ModelServer models = ModelServer.start();
                FullDisks disks = disks(scenario.options(models))) {
            FaultScenario.Outcome outcome = scenario.run(models, (deployment, run, random) -> {
                if (parts.contains(Part.MATRIX)) {
                    matrix(run, random);
                }
                disks.fill(deployment, run);
                if (parts.contains(Part.ROLLING)) {
                    run.roll();
                }
            });
            boolean good = outcome.broken().isEmpty() && outcome.rows().stream().allMatch(Row::met);
            return good ? 0 : 1;
        }
    }

    private FullDisks disks(DeploymentOptions options) {
        return parts.contains(Part.DISKS) ? FullDisks.mount(options, FaultsCommand::say) : FullDisks.none();
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private void matrix(FaultRun run, Random random) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (Cell cell : Cell.matrix(random)) {
                if (kinds.contains(cell.kind()) && faults.contains(cell.fault()) && phases.contains(cell.phase())) {
                    run.hit(cell);
                }
            }
        }
    }
}
