package io.millrace.bench.faults;

import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.deployment.DeploymentOptions;
import io.millrace.testing.model.ModelServer;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A run from the first process to the table: deployment, load, faults, audit. */
final class FaultScenario {
    private static final Duration FINISH_BOUND = Duration.ofSeconds(150);

    private final Path folder;
    private final long seed;
    private final Patience patience;
    private final UnaryOperator<DeploymentOptions> special;
    private final PrintStream out;
    private final Watch watch = new Watch();

    /** @param special what is not as in every deployment of pairs */
    FaultScenario(
            Path folder, long seed, Patience patience, UnaryOperator<DeploymentOptions> special, PrintStream out) {
        this.folder = folder;
        this.seed = seed;
        this.patience = patience;
        this.special = special;
        this.out = out;
    }

    /** What is done to the deployment while the load runs. */
    interface Faults {
        /** Does it. */
        void on(Deployment deployment, FaultRun run, Random random) throws Exception;
    }

    /** What it ended in. */
    record Outcome(List<Row> rows, Watch watch) {
        /** What must not be, and is. */
        List<String> broken() {
            return watch.broken();
        }
    }

    /** The deployment that this will start. */
    DeploymentOptions options(ModelServer models) {
        return special.apply(DeploymentOptions.pairs(
                folder,
                "[{name: " + Contents.MODEL + ", backend: openai, openai: {urls: ['" + models.baseUrl()
                        + "'], concurrency: 8}}]"));
    }

    /** Runs it. */
    Outcome run(ModelServer models, Faults faults) throws Exception {
        Random random = new Random(seed);
        out.println("seed " + seed + ", folder " + folder);
        Path files = Files.createDirectories(folder.resolve("files"));
        DeploymentOptions options = options(models);
        try (Deployment deployment = Deployment.start(options);
                Admin admin = Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.bootstrapServers()));
                Sentinel sentinel = Sentinel.start(deployment, watch);
                Load load = Load.start(
                        deployment, files, watch, random, options.clocks().clientSilence(), patience.pauses())) {
            FaultRun run = new FaultRun(
                    deployment, new Groups(admin), watch, random, patience.tolerated(), options.clocks(), out);
            FaultRun.let(patience.warmUp());
            run.nothing(patience.warmUp());
            faults.on(deployment, run, random);
            load.finish(FINISH_BOUND);
            Audit audit = new Audit(deployment, load.edges(), watch);
            audit.calls();
            audit.chunks(admin);
            sentinel.look();
            table(run.rows());
            return new Outcome(run.rows(), watch);
        }
    }

    private void table(List<Row> rows) {
        out.println();
        rows.forEach(out::println);
        out.println();
        watch.counted(List.of("accepted", "jobs", "outcome", "calls", "uploads", "visits", "cuts"))
                .forEach((name, count) -> out.printf("%9d  %s%n", count, name));
        out.println();
        watch.verdicts().forEach(out::println);
        watch.broken().forEach(what -> out.println("BROKEN: " + what));
    }
}
