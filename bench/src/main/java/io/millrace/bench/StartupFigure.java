package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** From the start of {@code millrace up}, already built, to its {@code ready}. */
final class StartupFigure {
    private static final double TARGET_SECONDS = 8;

    private StartupFigure() {}

    static List<Figure> measure(Path root, int runs) throws IOException, InterruptedException {
        double[] seconds = new double[runs];
        for (int run = 0; run < runs; run++) {
            try (MillraceProcess millrace = MillraceProcess.start(root)) {
                seconds[run] = millrace.startup().toNanos() / 1e9;
                System.out.printf("  start %d: %.2f s%n", run + 1, seconds[run]);
            }
        }
        return List.of(new Figure(
                "millrace up to ready, median of " + runs,
                Quantiles.of(seconds).p50(),
                "s",
                TARGET_SECONDS,
                Figure.Bound.AT_MOST));
    }
}
