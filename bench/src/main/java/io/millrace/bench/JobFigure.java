package io.millrace.bench;

import io.millrace.client.ClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** A job's items per second, upload and following included, beside plain ONNX Runtime loops over the same texts. */
final class JobFigure {
    private static final int BATCH = 16;
    private static final double TARGET_SHARE = 0.7;

    private static final List<Integer> PLAIN_BATCHES = List.of(1, 4, 8, BATCH);
    private static final double MIXED_TARGET_OF_BEST = 0.9;
    private static final double MIXED_TARGET_OF_BATCHES = 1.3;
    private static final int WARM_UP_SHARE = 2;

    private JobFigure() {}

    static List<Figure> measure(Path root, int count) throws IOException, InterruptedException, ClientException {
        List<String> texts = Passages.make(root, count);
        double before = PlainLoops.measure(texts, BATCH).best();
        double job = job(root, texts);
        double after = PlainLoops.measure(texts, BATCH).best();
        System.out.printf("  job %.1f items/s, best plain loop %.1f before and %.1f after%n", job, before, after);
        return List.of(new Figure(
                "job of " + count + " passages, share of the best plain loop",
                job / ((before + after) / 2),
                "",
                TARGET_SHARE,
                Figure.Bound.AT_LEAST));
    }

    /** Texts of 10 to 256 tokens: what sorting by length brings. */
    static List<Figure> measureMixed(Path root, int count) throws IOException, InterruptedException, ClientException {
        List<String> texts = Passages.mixed(root, count);
        Map<Integer, PlainLoops.Rates> plain = new TreeMap<>();
        for (int batch : PLAIN_BATCHES) {
            plain.put(batch, PlainLoops.measure(texts, batch));
        }
        double job;
        try (MillraceProcess millrace = MillraceProcess.start(root)) {
            // Compilers have a fifth of the cores in the first half minute, and nothing to do in the loops.
            JobRun.itemsPerSecond(millrace.address(), texts.subList(0, texts.size() / WARM_UP_SHARE));
            job = JobRun.itemsPerSecond(millrace.address(), texts);
        }
        return List.of(
                new Figure(
                        "job of " + count + " mixed texts, share of the best plain loop",
                        job / best(plain, PlainLoops.Rates::loop),
                        "",
                        MIXED_TARGET_OF_BEST,
                        Figure.Bound.AT_LEAST),
                new Figure(
                        "the same, share of a plain loop on each core",
                        job / best(plain, PlainLoops.Rates::sideBySide),
                        "",
                        MIXED_TARGET_OF_BEST,
                        Figure.Bound.AT_LEAST),
                new Figure(
                        "job of " + count + " mixed texts, times the loop with batches of " + BATCH,
                        job / Objects.requireNonNull(plain.get(BATCH)).best(),
                        "",
                        MIXED_TARGET_OF_BATCHES,
                        Figure.Bound.AT_LEAST));
    }

    private static double best(Map<Integer, PlainLoops.Rates> plain, ToDoubleFunction<PlainLoops.Rates> rate) {
        return plain.values().stream().mapToDouble(rate).max().orElseThrow();
    }

    private static double job(Path root, List<String> texts) throws IOException, InterruptedException, ClientException {
        try (MillraceProcess millrace = MillraceProcess.start(root)) {
            return JobRun.itemsPerSecond(millrace.address(), texts);
        }
    }
}
