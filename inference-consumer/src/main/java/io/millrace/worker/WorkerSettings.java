package io.millrace.worker;

import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.lane.LaneSettings;
import java.time.Duration;

/**
 * How a worker works; the same for all its models.
 *
 * @param online how calls are read
 * @param high how jobs of high priority are read
 * @param batch how other jobs are read
 * @param lockDuration after which the requests of a dead worker go to another
 * @param attemptLimit how often a request is tried
 * @param jobShare of the model's turns that a lane gets at least while it waits
 * @param parallelRuns runs of one model at a time; 0 for one per thread, at most 8
 * @param maxBatchTokens most tokens in one run, padding included; 0 for what suits the device
 * @param maxBatchBytes most bytes of request bodies in one run
 * @param maxPadding largest share of a run that may be padding; 0 for what suits the device
 * @param memoryLimit share of a device's memory that may be used before models give some back
 * @param maxBodySize the longest body of a request that only refers to it
 * @param maxResultSize the largest result that is written
 * @param stopPatience how long a stop waits for requests under way
 */
public record WorkerSettings(
        @Setting(value = "{slots: 2, records: 16}", doc = "How calls are read; for `onnx`, like the next two.")
        LaneSettings online,

        @Setting(value = "{slots: 2}", doc = "How jobs of high priority are read.")
        LaneSettings high,

        @Setting(doc = "How all other jobs are read.") LaneSettings batch,

        @Setting(
                value = "15s",
                doc =
                        "After this time without a sign of life, a worker's requests go to another. Renewed while they run."
                                + " The brokers bound it, by default to 15s to 60s.")
        Duration lockDuration,

        @Setting(
                value = "3",
                doc =
                        "How often a request is tried before it fails with `attempts_exhausted`; 1 to 9. A worker that is stopped"
                                + " takes its attempt back.")
        int attemptLimit,

        @Setting(
                value = "0.1",
                doc =
                        "Share of the turns, above 0 to 0.5, that jobs get at least while calls wait. It grows the longer they"
                                + " wait.")
        double jobShare,

        @Setting(
                value = "0",
                doc =
                        "How many runs of one model go on at a time; its threads are shared out among them. 0: one run per"
                                + " thread, at most 8, which gives the most throughput on a CPU.")
        int parallelRuns,

        @Setting(
                value = "0",
                doc =
                        "Most tokens in one run of a model, padding included. 0: on a CPU 256 for each thread of a run, beyond which its"
                                + " caches are too small and a token costs more; on a GPU 4,096.")
        int maxBatchTokens,

        @Setting(value = "4MiB", doc = "Most bytes of request bodies in one run of a model.")
        ByteSize maxBatchBytes,

        @Setting(
                value = "0",
                doc =
                        "Largest share of a run that may be padding, 0 to 1; 6 tokens may be in any case, which is about what a run of"
                                + " its own costs on a CPU. 0: on a CPU no more than these, on a GPU 0.5.")
        double maxPadding,

        @Setting(
                value = "0.85",
                doc =
                        "Share of the memory of a device (a GPU, or the machine itself for models on the processor) above which"
                                + " batches become smaller, and then idle models are unloaded; 1: never.")
        double memoryLimit,

        @Setting(
                value = "4MiB",
                doc =
                        "Longest body of a request whose body lies in the chunk topic. So much memory each of the requests that"
                                + " are read at a time may take.")
        ByteSize maxBodySize,

        @Setting(
                value = "4MiB",
                doc =
                        "Largest result; a request with a larger one fails. The result topics' `max.message.bytes` must be"
                                + " above it.")
        ByteSize maxResultSize,

        @Setting(value = "10s", doc = "How long a stop waits for requests under way before it releases them.")
        Duration stopPatience) {
    /** Below the least limit of deliveries that share groups have here, 10. */
    private static final int MAX_ATTEMPTS = 9;

    /** Checks the bounds. */
    public WorkerSettings {
        if (lockDuration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw ConfigException.invalid("lock_duration", lockDuration, "at least 1s");
        }
        if (attemptLimit < 1 || attemptLimit > MAX_ATTEMPTS) {
            throw ConfigException.invalid("attempt_limit", attemptLimit, "1 to " + MAX_ATTEMPTS);
        }
        if (!(jobShare > 0 && jobShare <= 0.5)) {
            throw ConfigException.invalid("job_share", jobShare, "above 0 to 0.5");
        }
        if (parallelRuns < 0) {
            throw ConfigException.invalid("parallel_runs", parallelRuns, "at least 0");
        }
        if (maxBatchTokens < 0) {
            throw ConfigException.invalid("max_batch_tokens", maxBatchTokens, "at least 0");
        }
        if (maxBatchBytes.bytes() < 1) {
            throw ConfigException.invalid("max_batch_bytes", maxBatchBytes, "at least 1B");
        }
        if (!(maxPadding >= 0 && maxPadding <= 1)) {
            throw ConfigException.invalid("max_padding", maxPadding, "0 to 1");
        }
        if (!(memoryLimit > 0 && memoryLimit <= 1)) {
            throw ConfigException.invalid("memory_limit", memoryLimit, "above 0 to 1");
        }
        if (stopPatience.isNegative()) {
            throw ConfigException.invalid("stop_patience", stopPatience, "at least 0s");
        }
    }

    /** How this lane is read. */
    LaneSettings of(Lane lane) {
        return switch (lane) {
            case ONLINE -> online;
            case HIGH -> high;
            case BATCH -> batch;
        };
    }
}
