package io.millrace.bench;

import io.millrace.client.ClientException;
import java.io.IOException;
import java.time.Duration;

/** Measures what is compiled: a young Java process needs up to four times as long for the same, for a minute or more. */
final class WarmRuns {
    /** Before those that count, both at least. */
    private static final int WARM_UPS = 4;

    private static final Duration WARM_UP = Duration.ofSeconds(90);

    private static final int RUNS = 3;

    private WarmRuns() {}

    /** What is measured: items per second. */
    @FunctionalInterface
    interface Run {
        double perSecond() throws IOException, InterruptedException, ClientException;
    }

    /** The median of {@value #RUNS} runs after at least {@value #WARM_UPS} and a minute and a half that do not count. */
    static double median(Run run) throws IOException, InterruptedException, ClientException {
        long begun = System.nanoTime();
        for (int n = 0; n < WARM_UPS || System.nanoTime() - begun < WARM_UP.toNanos(); n++) {
            run.perSecond();
        }
        double[] rates = new double[RUNS];
        for (int n = 0; n < RUNS; n++) {
            rates[n] = run.perSecond();
        }
        return Quantiles.of(rates).p50();
    }
}
