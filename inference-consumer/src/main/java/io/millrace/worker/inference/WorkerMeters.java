package io.millrace.worker.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.core.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What is measured of one model's work. Thread-safe. */
public final class WorkerMeters {
    private static final String MODEL = "model";

    private final MeterRegistry registry;
    private final String model;
    private final DistributionSummary batchSize;
    private final DistributionSummary fill;
    private final DistributionSummary padding;
    private final Timer inference;
    private final Timer load;
    private final Counter outputTokens;
    private final Counter inputTokens;
    private final AtomicInteger inFlight;

    /** Registers the model's meters. */
    public WorkerMeters(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
        this.batchSize = DistributionSummary.builder("millrace.worker.batch.size")
                .description("Inputs in one run of the model")
                .tag(MODEL, model)
                .register(registry);
        this.fill = DistributionSummary.builder("millrace.worker.batch.fill")
                .description("Inputs in one run by those that it could have had")
                .tag(MODEL, model)
                .register(registry);
        this.padding = DistributionSummary.builder("millrace.worker.batch.padding")
                .description("Share of a run's tokens that is padding")
                .tag(MODEL, model)
                .register(registry);
        this.inference = Timer.builder("millrace.worker.inference")
                .description("Time of one run of the model")
                .tag(MODEL, model)
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.load = Timer.builder("millrace.worker.model.load")
                .description("Time to load the model")
                .tag(MODEL, model)
                .register(registry);
        this.outputTokens = Counter.builder("millrace.worker.tokens.out")
                .description("Tokens that model servers say they made")
                .tag(MODEL, model)
                .register(registry);
        this.inputTokens = Counter.builder("millrace.worker.tokens.in")
                .description("Tokens that the model read, without padding")
                .tag(MODEL, model)
                .register(registry);
        this.inFlight = new AtomicInteger();
        registry.gauge("millrace.worker.requests.in.flight", List.of(Tag.of(MODEL, model)), inFlight);
    }

    /** The model was loaded. */
    public void loaded(Duration time) {
        load.record(time);
    }

    void received() {
        inFlight.incrementAndGet();
    }

    void ran(List<ModelInput> batch, int room, Duration time) {
        int longest = batch.stream().mapToInt(ModelInput::length).max().orElse(1);
        int tokens = batch.stream().mapToInt(ModelInput::length).sum();
        batchSize.record(batch.size());
        fill.record((double) batch.size() / room);
        inputTokens.increment(tokens);
        padding.record(1 - (double) tokens / ((long) longest * batch.size()));
        inference.record(time);
    }

    /** From now on this server's concurrency is shown. */
    public void server(String address, Supplier<Number> limit) {
        Gauge.builder("millrace.worker.server.concurrency", limit)
                .description("Requests that the model server may have at a time, as far as is known now")
                .tag(MODEL, model)
                .tag("server", address)
                .register(registry);
    }

    /** A model server answered. */
    public void answered(long tokens, Duration time) {
        inference.record(time);
        outputTokens.increment((double) tokens);
    }

    /** A try failed and comes again, or was the last one. */
    public void retried(String cause) {
        Counter.builder("millrace.worker.tries.failed")
                .description("Tries at model servers that failed, by cause")
                .tag(MODEL, model)
                .tag("cause", cause.toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    /** An input was taken out of its queue. */
    public void waited(Lane lane, Duration time) {
        Timer.builder("millrace.worker.queue.age")
                .description("Time from arrival to the run of the model")
                .tag(MODEL, model)
                .tag("lane", lane.suffix())
                .publishPercentiles(0.5, 0.99)
                .register(registry)
                .record(time);
    }

    void ended(Lane lane, Outcome outcome, Duration time) {
        inFlight.decrementAndGet();
        Timer.builder("millrace.worker.request")
                .description("Time from the delivery of a request to its outcome")
                .tag(MODEL, model)
                .tag("lane", lane.suffix())
                .publishPercentiles(0.5, 0.99)
                .register(registry)
                .record(time);
        Counter.builder("millrace.worker.results")
                .description("Attempts by how they ended")
                .tag(MODEL, model)
                .tag(
                        "outcome",
                        switch (outcome) {
                            case Outcome.Succeeded succeeded -> "succeeded";
                            case Outcome.Failed failed -> failed.code();
                            case Outcome.Abandoned abandoned -> "abandoned";
                            case Outcome.Expired expired -> "expired";
                            case Outcome.Cancelled cancelled -> "cancelled";
                        })
                .register(registry)
                .increment();
    }
}
