package io.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Uploads by tus-js-client to Millrace and to {@code @tus/server} with its file store, in turns on the same machine. The peer
 * writes a file without fsync; Millrace answers once its brokers have the bytes.
 */
final class UploadFigures {
    /**
     * Small uploads before the clock starts, to both, in each process of the generator: node compiles the client's code
     * during the first thousand, and 200 uploads by a young generator tell more of that than of the servers.
     */
    private static final int SMALL_FILES_WARM_UP = 1000;
    /**
     * What goes before, to both: 25,000 small uploads, and 3,000 small pieces. The compilers of a young program have a sixth of
     * the two cores even after the first 12,000, because they run at a low priority.
     */
    private static final List<List<String>> WARM_UPS =
            List.of(List.of("400", "0.015625", "inf", "16"), List.of("48", "48", "0.015625", "1"));
    /** Rounds of each scenario that do not count. */
    private static final int UNCOUNTED = 2;

    /** What is compared of a run. */
    private enum Measure {
        MEGABYTES_PER_SECOND("MB/s"),
        UPLOADS_PER_SECOND("uploads/s"),
        P99("p99ms");

        private final String field;

        Measure(String field) {
            this.field = field;
        }
    }

    private record Goal(Measure measure, double target, Figure.Bound bound) {}

    private record Scenario(String name, int warm, List<String> load, List<Goal> goals) {}

    /** The small ones first: after gigabytes the kernel still writes, and to the broker's disk only, since the peer's go. */
    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario(
                    "200 x 16 KB, 16 at a time",
                    SMALL_FILES_WARM_UP,
                    List.of("3.125", "0.015625", "inf", "16"),
                    List.of(
                            new Goal(Measure.UPLOADS_PER_SECOND, 1.0, Figure.Bound.AT_LEAST),
                            new Goal(Measure.P99, 1.0, Figure.Bound.AT_MOST))),
            new Scenario(
                    "256 MB in one PATCH",
                    1,
                    List.of("256", "256", "inf", "1"),
                    List.of(new Goal(Measure.MEGABYTES_PER_SECOND, 0.6, Figure.Bound.AT_LEAST))),
            new Scenario(
                    "256 MB in 1 MiB pieces",
                    1,
                    List.of("256", "256", "1", "1"),
                    List.of(new Goal(Measure.MEGABYTES_PER_SECOND, 0.6, Figure.Bound.AT_LEAST))),
            new Scenario(
                    "32 x 4 MB in 256 KiB pieces, all at once",
                    4,
                    List.of("128", "4", "0.25", "32"),
                    List.of(new Goal(Measure.MEGABYTES_PER_SECOND, 0.7, Figure.Bound.AT_LEAST))));

    private UploadFigures() {}

    /**
     * @param rounds how often each scenario runs at each of the two, after the rounds that do not count; the medians are compared
     */
    static List<Figure> measure(Path root, int rounds) throws IOException, InterruptedException {
        NodePeers peers = NodePeers.install(root);
        List<Figure> figures = new ArrayList<>();
        try (MillraceProcess millrace = MillraceProcess.start(root);
                NodePeers.TusServer peer = peers.startTusServer()) {
            URI uploads = millrace.address().resolve("/uploads");
            for (List<String> warmUp : WARM_UPS) {
                peers.upload(peer.endpoint(), 0, warmUp);
                peer.empty();
                peers.upload(uploads, 0, warmUp);
            }
            for (Scenario scenario : SCENARIOS) {
                List<JsonNode> ours = new ArrayList<>();
                List<JsonNode> theirs = new ArrayList<>();
                for (int round = 0; round < UNCOUNTED + rounds; round++) {
                    JsonNode their = peers.upload(peer.endpoint(), scenario.warm(), scenario.load());
                    peer.empty();
                    JsonNode our = peers.upload(uploads, scenario.warm(), scenario.load());
                    if (round >= UNCOUNTED) {
                        theirs.add(their);
                        ours.add(our);
                    }
                }
                scenario.goals().forEach(goal -> figures.add(compare(scenario, goal, ours, theirs)));
            }
        }
        return figures;
    }

    private static Figure compare(Scenario scenario, Goal goal, List<JsonNode> ours, List<JsonNode> theirs) {
        String field = goal.measure().field;
        double own = median(ours, field);
        double peer = median(theirs, field);
        System.out.printf("  %s: %s %.1f, peer %.1f%n", scenario.name(), field, own, peer);
        return new Figure(scenario.name() + ", " + field + " / peer's", own / peer, "", goal.target(), goal.bound());
    }

    private static double median(List<JsonNode> runs, String field) {
        return Quantiles.of(runs.stream()
                        .mapToDouble(run -> run.path(field).asDouble())
                        .toArray())
                .p50();
    }
}
