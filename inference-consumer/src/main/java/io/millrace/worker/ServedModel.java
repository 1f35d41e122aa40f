package io.millrace.worker;

import io.millrace.runtime.Closer;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.inference.RequestIntake;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.WorkerMeters;
import io.millrace.worker.lane.LaneReader;
import io.millrace.worker.lane.LaneSettings;
import io.millrace.worker.lane.SlotOptions;
import java.io.IOException;
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

    private final ModelSettings model;
    private final SharedParts shared;
    private final WorkerMeters meters;
    private final Closer parts = new Closer();
    private final List<LaneReader> readers = new ArrayList<>();
    private final Thread loader;
    private volatile Optional<String> reasonNotReady = Optional.of("the model is loading");
    private volatile Optional<RequestRunner> runner = Optional.empty();
    private boolean closed;

    private ServedModel(ModelSettings model, SharedParts shared) {
        this.model = model;
        this.shared = shared;
        this.meters = new WorkerMeters(shared.context().meters(), model.name());
        this.loader = Thread.ofPlatform().name("load-" + model.name()).unstarted(this::load);
    }

    static ServedModel start(ModelSettings model, SharedParts shared) {
        ServedModel served = new ServedModel(model, shared);
        shared.context().health().check("worker " + model.name(), served::reasonNotReady);
        served.loader.start();
        return served;
    }

    private Optional<String> reasonNotReady() {
        return runner.isPresent() ? runner.get().reasonNotReady() : reasonNotReady;
    }

    private void load() {
        long start = System.nanoTime();
        try {
            LoadedModel loaded = LoadedModel.load(model, shared, meters);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            LOG.atInfo().addKeyValue("model", model.name()).log("loaded in {} ms", time.toMillis());
            serve(loaded);
        } catch (IOException | RuntimeException e) {
            LOG.atError().addKeyValue("model", model.name()).setCause(e).log("the model cannot be loaded");
            reasonNotReady = Optional.of("the model cannot be loaded: " + e.getMessage());
        }
    }

    /** The parts in the order in which a request goes through them, from its end. */
    private synchronized void serve(LoadedModel loaded) {
        parts.add("runner", loaded.runner());
        if (closed) {
            return;
        }
        RequestIntake intake = new RequestIntake(
                loaded.runner(),
                shared.open(),
                shared.bodies(),
                shared.results(),
                shared.numbers(),
                shared.limits(),
                InstantSource.system(),
                meters);
        for (Lane lane : Lane.values()) {
            readers.add(parts.add("lane", readLane(lane, loaded, intake)));
        }
        runner = Optional.of(loaded.runner());
    }

    private LaneReader readLane(Lane lane, LoadedModel loaded, RequestIntake intake) {
        LaneSettings settings = loaded.lanes().apply(lane);
        SlotOptions options = new SlotOptions(
                shared.kafka(),
                model.name(),
                lane,
                settings.records(),
                shared.settings().lockDuration(),
                shared.settings().stopPatience(),
                () -> loaded.runner().reasonNotReady().isEmpty());
        return LaneReader.start(options, settings.slots(), intake::accept, shared.deadLetters());
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
