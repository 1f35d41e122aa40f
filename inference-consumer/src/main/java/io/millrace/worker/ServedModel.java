package io.millrace.worker;

import io.millrace.runtime.Closer;
import io.millrace.runtime.Health;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelBackend;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEmbeddingBackend;
import io.millrace.worker.backend.OnnxEncoder;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.inference.InferenceBackend;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.ReferencedBodies;
import io.millrace.worker.inference.RequestIntake;
import io.millrace.worker.inference.ResultSink;
import io.millrace.worker.inference.WorkerMeters;
import io.millrace.worker.lane.DeadLetterSink;
import io.millrace.worker.lane.LaneReader;
import io.millrace.worker.lane.SlotOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model with its lanes: loads in the background, then reads until it is closed. */
final class ServedModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);
    private static final int MAX_PARALLEL_RUNS = 8;
    /**
     * When ONNX Runtime starts, it matches the process's command line with std::regex, whose recursion takes about 100 bytes of
     * stack for each character: a class path of 12,000 characters overflows the usual 1 MiB and ends the process without a word.
     */
    private static final long LOADER_STACK = 64L << 20;

    private final ModelSettings model;
    private final WorkerSettings settings;
    private final KafkaSettings kafka;
    private final WorkerMeters meters;
    private final ReferencedBodies bodies;
    private final ResultSink results;
    private final DeadLetterSink deadLetters;
    private final Closer parts = new Closer();
    private final List<LaneReader> readers = new ArrayList<>();
    private final Thread loader;
    private volatile Optional<String> reasonNotReady = Optional.of("the model is loading");
    private volatile Optional<ModelRunner> runner = Optional.empty();
    private boolean closed;

    private ServedModel(
            ModelSettings model,
            WorkerSettings settings,
            KafkaSettings kafka,
            ServiceContext context,
            ReferencedBodies bodies,
            ResultSink results,
            DeadLetterSink deadLetters) {
        this.model = model;
        this.settings = settings;
        this.kafka = kafka;
        this.meters = new WorkerMeters(context.meters(), model.name());
        this.bodies = bodies;
        this.results = results;
        this.deadLetters = deadLetters;
        this.loader = Thread.ofPlatform()
                .name("load-" + model.name())
                .stackSize(LOADER_STACK)
                .unstarted(this::load);
    }

    static ServedModel start(
            ModelSettings model,
            WorkerSettings settings,
            KafkaSettings kafka,
            ServiceContext context,
            ReferencedBodies bodies,
            ResultSink results,
            DeadLetterSink deadLetters) {
        ServedModel served = new ServedModel(model, settings, kafka, context, bodies, results, deadLetters);
        Health health = context.health();
        health.check("worker " + model.name(), served::reasonNotReady);
        served.loader.start();
        return served;
    }

    private Optional<String> reasonNotReady() {
        if (runner.isPresent() && !runner.get().isAlive()) {
            return Optional.of("an inference thread has ended");
        }
        return reasonNotReady;
    }

    private void load() {
        long start = System.nanoTime();
        try {
            OnnxEncoder encoder = OnnxEncoder.load(files(), Math.max(1, threads() / parallelRuns()));
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            meters.loaded(time);
            LOG.atInfo().addKeyValue("model", model.name()).log("loaded in {} ms", time.toMillis());
            serve(new OnnxEmbeddingBackend(
                    model.name(),
                    ModelBackend.ONNX.endpoints().getFirst(),
                    model.dimensions(),
                    model.maxInputTokens(),
                    encoder));
        } catch (IOException | RuntimeException e) {
            LOG.atError().addKeyValue("model", model.name()).setCause(e).log("the model cannot be loaded");
            reasonNotReady = Optional.of("the model cannot be loaded: " + e.getMessage());
        }
    }

    /** The parts in the order in which a request goes through them, from its end. */
    private synchronized void serve(InferenceBackend backend) {
        parts.add("backend", backend);
        if (closed) {
            return;
        }
        InstantSource clock = InstantSource.system();
        BatchLimits limits = new BatchLimits(
                model.maxBatchSize(),
                settings.maxBatchTokens(),
                settings.maxPadding(),
                model.maxBatchDelay().toNanos());
        ModelRunner modelRunner =
                parts.add("runner", ModelRunner.start(model.name(), backend, limits, parallelRuns(), clock, meters));
        RequestIntake intake =
                new RequestIntake(backend, modelRunner, bodies, results, settings.attemptLimit(), clock, meters);
        for (Lane lane : Lane.values()) {
            readers.add(parts.add("lane", readLane(lane, intake)));
        }
        runner = Optional.of(modelRunner);
        reasonNotReady = Optional.empty();
    }

    private LaneReader readLane(Lane lane, RequestIntake intake) {
        int slots = settings.of(lane).slots();
        int records = settings.of(lane).records();
        SlotOptions options = new SlotOptions(
                kafka,
                model.name(),
                lane,
                records == 0 ? model.maxBatchSize() : records,
                settings.lockDuration(),
                settings.stopPatience());
        return LaneReader.start(options, slots == 0 ? 2 * parallelRuns() : slots, intake::accept, deadLetters);
    }

    private int threads() {
        return model.threads() == 0 ? Runtime.getRuntime().availableProcessors() : model.threads();
    }

    private int parallelRuns() {
        int wanted = settings.parallelRuns() == 0 ? MAX_PARALLEL_RUNS : settings.parallelRuns();
        return Math.min(wanted, threads());
    }

    private ModelFiles files() {
        ModelFiles builtIn = ModelFiles.BUILT_IN;
        return new ModelFiles(
                model.path().isEmpty() ? builtIn.model() : ModelFiles.at(Path.of(model.path())),
                model.tokenizerPath().isEmpty() ? builtIn.tokenizer() : ModelFiles.at(Path.of(model.tokenizerPath())));
    }

    /** Takes nothing new, ends what is under way, releases the rest. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            // All at once, so that the lanes end side by side.
            readers.forEach(LaneReader::stop);
        }
        try {
            loader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }
}
