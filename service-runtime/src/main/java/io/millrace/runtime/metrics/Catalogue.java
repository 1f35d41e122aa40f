package io.millrace.runtime.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * What one part of the program measures: every metric is defined in one, so that the page of all metrics is complete. For the
 * static fields of one class, while it is being loaded.
 */
public final class Catalogue {
    private final String owner;
    private final List<Metric> metrics = new ArrayList<>();

    /** @param owner whose it is, as a heading */
    public Catalogue(String owner) {
        this.owner = owner;
    }

    /** Whose it is. */
    public String owner() {
        return owner;
    }

    /** All metrics, in the order in which they were defined. */
    public List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    /** A count of things. */
    public Metric counter(String name, String meaning, String... labels) {
        return add(Metric.Kind.COUNTER, name, "", meaning, labels);
    }

    /** A count of bytes. */
    public Metric bytes(String name, String meaning, String... labels) {
        return add(Metric.Kind.COUNTER, name, "bytes", meaning, labels);
    }

    /** A value as it is now; {@code unit} may be empty. */
    public Metric gauge(String name, String unit, String meaning, String... labels) {
        return add(Metric.Kind.GAUGE, name, unit, meaning, labels);
    }

    /** Durations. */
    public Metric timer(String name, String meaning, String... labels) {
        return add(Metric.Kind.TIMER, name, "seconds", meaning, labels);
    }

    /** Values of which the average matters. */
    public Metric summary(String name, String meaning, String... labels) {
        return add(Metric.Kind.SUMMARY, name, "", meaning, labels);
    }

    private Metric add(Metric.Kind kind, String name, String unit, String meaning, String... labels) {
        Metric metric = new Metric(kind, name, unit, List.of(labels), meaning);
        metrics.add(metric);
        return metric;
    }
}
