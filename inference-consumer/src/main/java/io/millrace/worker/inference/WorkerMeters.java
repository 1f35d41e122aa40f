package io.millrace.worker.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.runtime.metrics.MetersByLabel;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What is measured of one model's work. Thread-safe. */
public final class WorkerMeters {
    private final MeterRegistry registry;
    private final String model;
    private final MetersByLabel<Timer> laneAge;
    private final MetersByLabel<Timer> queueAge;
    private final MetersByLabel<Timer> inference;
    private final MetersByLabel<Timer> request;
    private final MetersByLabel<Counter> results;
    private final DistributionSummary batchSize;
    private final DistributionSummary fill;
    private final DistributionSummary padding;
    private final Timer load;
    private final Counter outputTokens;
    private final Counter inputTokens;
    private final AtomicInteger inFlight;

    /** Registers the model's meters. */
    public WorkerMeters(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
        this.laneAge = new MetersByLabel<>(lane -> WorkerMetrics.LANE_AGE.timer(registry, model, lane));
        this.queueAge = new MetersByLabel<>(lane -> WorkerMetrics.QUEUE_AGE.timer(registry, model, lane));
        this.inference = new MetersByLabel<>(lane -> WorkerMetrics.INFERENCE.timer(registry, model, lane));
        this.request = new MetersByLabel<>(lane -> WorkerMetrics.REQUEST.timer(registry, model, lane));
        this.results = new MetersByLabel<>(outcome -> WorkerMetrics.RESULTS.counter(registry, model, outcome));
        this.batchSize = WorkerMetrics.BATCH_SIZE.summary(registry, model);
        this.fill = WorkerMetrics.BATCH_FILL.summary(registry, model);
        this.padding = WorkerMetrics.BATCH_PADDING.summary(registry, model);
        this.load = WorkerMetrics.LOAD.timer(registry, model);
        this.outputTokens = WorkerMetrics.TOKENS_OUT.counter(registry, model);
        this.inputTokens = WorkerMetrics.TOKENS_IN.counter(registry, model);
        this.inFlight = new AtomicInteger();
        WorkerMetrics.IN_FLIGHT.gauge(registry, inFlight, AtomicInteger::get, model);
    }

    /** The model was loaded. */
    void loaded(Duration time) {
        load.record(time);
    }

    /** A request was delivered, so long after it was accepted. */
    void received(Lane lane, Duration age) {
        inFlight.incrementAndGet();
        laneAge.of(lane.suffix()).record(age);
    }

    void ran(Lane lane, List<ModelInput> batch, int room, Duration time) {
        int longest = batch.stream().mapToInt(ModelInput::length).max().orElse(1);
        int tokens = batch.stream().mapToInt(ModelInput::length).sum();
        batchSize.record(batch.size());
        fill.record((double) batch.size() / room);
        inputTokens.increment(tokens);
        padding.record(1 - (double) tokens / ((long) longest * batch.size()));
        inference.of(lane.suffix()).record(time);
    }

    /** From now on this server's concurrency is shown. */
    public void server(String address, Supplier<Number> limit) {
        WorkerMetrics.SERVER_CONCURRENCY.gauge(
                registry, limit, known -> known.get().doubleValue(), model, address);
    }

    /** A model server answered. */
    public void answered(Lane lane, long tokens, Duration time) {
        inference.of(lane.suffix()).record(time);
        outputTokens.increment((double) tokens);
    }

    /** A try failed and comes again, or was the last one. */
    public void retried(String cause) {
        WorkerMetrics.TRIES_FAILED
                .counter(registry, model, cause.toLowerCase(Locale.ROOT))
                .increment();
    }

    /** An input was taken out of its queue. */
    public void waited(Lane lane, Duration time) {
        queueAge.of(lane.suffix()).record(time);
    }

    void ended(Lane lane, Outcome outcome, Duration time) {
        inFlight.decrementAndGet();
        request.of(lane.suffix()).record(time);
        results.of(name(outcome)).increment();
    }

    private static String name(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> "succeeded";
            case Outcome.Failed failed -> failed.code();
            case Outcome.Abandoned abandoned -> "abandoned";
            case Outcome.GivenBack givenBack -> "given_back";
            case Outcome.Expired expired -> "expired";
            case Outcome.Cancelled cancelled -> "cancelled";
        };
    }
}
