package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a {@link Catalogue}; makes its meters. A meter that is there already is returned again. {@code values} are those of
 * its labels, in their order.
 *
 * @param kind what kind of meter it is
 * @param name with dots, {@code millrace.…}
 * @param unit of its value, empty for a plain number; of a timer always seconds
 * @param labels the names of its labels, in the order in which values are given
 * @param meaning for the operator, one line
 */
public record Metric(Kind kind, String name, String unit, List<String> labels, String meaning) {
    /** The bounds by which times are counted, so that quantiles can be had over all instances. */
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
        Duration.ofHours(4)
    };

    private static final String COUNTED = "_total";

    private static final PrometheusNamingConvention CONVENTION = new PrometheusNamingConvention();

    /** What kind of meter one is. */
    public enum Kind {
        /** Only grows. */
        COUNTER(Meter.Type.COUNTER),
        /** The value now. */
        GAUGE(Meter.Type.GAUGE),
        /** Durations, counted by bounds. */
        TIMER(Meter.Type.TIMER),
        /** Count and sum of values, for averages. */
        SUMMARY(Meter.Type.DISTRIBUTION_SUMMARY);

        private final Meter.Type type;

        Kind(Meter.Type type) {
            this.type = type;
        }
    }

    /** Keeps a copy. */
    public Metric {
        labels = List.copyOf(labels);
    }

    /** Its name in a scrape; timers and summaries add {@code _count}, {@code _sum} and {@code _max}, timers {@code _bucket}. */
    public String scraped() {
        String given = CONVENTION.name(name, kind.type, kind == Kind.TIMER ? null : baseUnit());
        return kind == Kind.COUNTER && !given.endsWith(COUNTED) ? given + COUNTED : given;
    }

    /** Its counter with these values. */
    public Counter counter(MeterRegistry meters, String... values) {
        return Counter.builder(require(Kind.COUNTER))
                .description(meaning)
                .baseUnit(baseUnit())
                .tags(tags(values))
                .register(meters);
    }

    /** Its timer with these values. */
    public Timer timer(MeterRegistry meters, String... values) {
        return Timer.builder(require(Kind.TIMER))
                .description(meaning)
                .serviceLevelObjectives(BOUNDS)
                .tags(tags(values))
                .register(meters);
    }

    /** Its summary with these values. */
    public DistributionSummary summary(MeterRegistry meters, String... values) {
        return DistributionSummary.builder(require(Kind.SUMMARY))
                .description(meaning)
                .baseUnit(baseUnit())
                .tags(tags(values))
                .register(meters);
    }

    /** Its gauge with these values, which keeps the object alive. */
    public <T> Gauge gauge(MeterRegistry meters, T object, ToDoubleFunction<T> value, String... values) {
        return Gauge.builder(require(Kind.GAUGE), object, value)
                .description(meaning)
                .baseUnit(baseUnit())
                .tags(tags(values))
                .strongReference(true)
                .register(meters);
    }

    private @Nullable String baseUnit() {
        return unit.isEmpty() ? null : unit;
    }

    private String require(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalStateException(name + " is a " + kind + " and no " + wanted);
        }
        return name;
    }

    private List<Tag> tags(String... values) {
        if (labels.size() != values.length) {
            throw new IllegalArgumentException(name + " has the labels " + labels);
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(labels.get(i), values[i]));
        }
        return tags;
    }
}
