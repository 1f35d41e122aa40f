package io.millrace.bench;

import java.util.Arrays;
import java.util.Collection;

/** Quantiles of a sample, by the nearest rank. */
public record Quantiles(double p50, double p99) {

    /** Of these values, at least one, in any order. */
    public static Quantiles of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Quantiles(at(sorted, 0.5), at(sorted, 0.99));
    }

    /** The same. */
    static Quantiles of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double at(double[] sorted, double q) {
        return sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
    }
}
