package io.millrace.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.Closer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.kafka.DeadLetters;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.backend.OnnxBackends;
import io.millrace.worker.control.AttemptLog;
import io.millrace.worker.control.ControlReader;
import io.millrace.worker.core.AttemptLimits;
import io.millrace.worker.device.DeviceWatch;
import io.millrace.worker.inference.BackendLoader;
import io.millrace.worker.inference.OpenAttempts;
import io.millrace.worker.lane.DeadLetterSink;
import io.millrace.worker.lane.LaneBacklog;
import io.millrace.worker.lane.ShareGroups;
import io.millrace.worker.payload.ChunkBodies;
import io.millrace.worker.result.DeltaProducer;
import io.millrace.worker.result.ResultProducer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * The worker: lane → {@code LaneReader} → {@code RequestIntake} → {@code ModelRunner} with its {@code Batcher} →
 * {@code InferenceBackend} → {@code ResultProducer} → results, and the acknowledgement the same way back. Each model has
 * its own lanes and its own runner; all share the producers.
 */
public final class WorkerService implements AutoCloseable {
    private static final String NAME = "worker";
    /** Reads of one size class at a time, of all models. */
    private static final int CHUNK_READERS = 2;

    private final Closer parts;

    private WorkerService(Closer parts) {
        this.parts = parts;
    }

    /**
     * Starts the worker; its models load in the background, and the context's health says when they are ready.
     *
     * @param models those that it serves; their lanes must exist
     * @throws KafkaException if Kafka does not answer or refuses the share groups' settings
     */
    public static WorkerService start(
            WorkerSettings settings, KafkaSettings kafka, List<ModelSettings> models, ServiceContext context) {
        return start(settings, kafka, models, context, OnnxBackends::load);
    }

    /**
     * Starts the worker with something else in the place of ONNX Runtime.
     *
     * @param backends load what runs the models that run in this process
     * @throws KafkaException if Kafka does not answer or refuses the share groups' settings
     */
    public static WorkerService start(
            WorkerSettings settings,
            KafkaSettings kafka,
            List<ModelSettings> models,
            ServiceContext context,
            BackendLoader backends) {
        ShareGroups.configure(
                kafka,
                models.stream()
                        .flatMap(
                                model -> Arrays.stream(Lane.values()).map(lane -> ShareGroups.name(model.name(), lane)))
                        .toList(),
                settings.lockDuration());
        Closer parts = new Closer();
        MeterRegistry meters = context.meters();
        DeadLetters deadLetters =
                parts.add("dead letters", new DeadLetters(kafka, "worker-dead-letters", Topics.DEAD_LETTERS, meters));
        ResultProducer results = parts.add("results", new ResultProducer(kafka, settings.maxResultSize(), meters));
        DeltaProducer deltas = parts.add("deltas", new DeltaProducer(kafka, meters));
        RecordReader chunks = parts.add(
                "chunk reader",
                new RecordReader(
                        kafka,
                        "worker-chunks",
                        Topics.CHUNKS,
                        CHUNK_READERS,
                        chunk -> ChunkHeaders.verify(chunk.headers(), chunk.value())));
        OpenAttempts open = new OpenAttempts(InstantSource.system());
        DeadLetterSink buried = (record, cause, message) -> deadLetters.send(record, NAME, cause.code(), message);
        AttemptLog attempts = parts.add("attempts", new AttemptLog(kafka, meters));
        parts.add("control", ControlReader.start(kafka, open, attempts, buried));
        SharedParts shared = new SharedParts(
                settings,
                backends,
                parts.add(
                        "devices",
                        DeviceWatch.start(
                                settings.memoryLimit(), System.getenv().getOrDefault("PATH", ""), meters)),
                kafka,
                context,
                open,
                attempts,
                new AttemptLimits(settings.attemptLimit()),
                new ChunkBodies(chunks, settings.maxBodySize().bytes()),
                results,
                deltas,
                buried);
        parts.add(
                "backlog",
                LaneBacklog.start(
                        kafka, models.stream().map(ModelSettings::name).toList(), meters));
        models.forEach(model -> parts.add(model.name(), ServedModel.start(model, shared)));
        return new WorkerService(parts);
    }

    /** Takes nothing new, ends what is under way, releases the rest, and waits for the results to be durable. */
    @Override
    public void close() {
        parts.close();
    }
}
