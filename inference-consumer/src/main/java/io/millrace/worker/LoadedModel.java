package io.millrace.worker;

import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.core.RetryPolicy;
import io.millrace.worker.device.GuardedModel;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.OnDemandBackend;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.WorkerMeters;
import io.millrace.worker.lane.LaneSettings;
import io.millrace.worker.openai.OpenAiRunner;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model that can run, and how its lanes are read.
 *
 * @param runner runs its requests
 * @param lanes how each lane is read, with no zeros
 */
record LoadedModel(RequestRunner runner, Function<Lane, LaneSettings> lanes) {
    private static final int MAX_PARALLEL_RUNS = 8;
    private static final int MAX_SLOTS = 32;
    private static final int LEAST_RECORDS = 2;
    private static final int BATCH_SHARE = 8;
    /** What fits into a core's cache: with more, a token of MiniLM costs up to a quarter more. */
    private static final int TOKENS_PER_THREAD = 256;

    private static final int TOKENS_ON_GPU = 4096;
    private static final double PADDING_ON_GPU = 0.5;
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    /**
     * Loads it. Blocks.
     *
     * @throws IOException if its files cannot be read
     */
    static LoadedModel load(ModelSettings model, SharedParts parts, WorkerMeters meters) throws IOException {
        return switch (model.backend()) {
            case ONNX -> inProcess(model, parts, meters);
            case OPENAI -> openAi(model, parts, meters);
        };
    }

    private static LoadedModel inProcess(ModelSettings model, SharedParts parts, WorkerMeters meters)
            throws IOException {
        WorkerSettings settings = parts.settings();
        int runs = Math.min(
                model.threadCount(), settings.parallelRuns() == 0 ? MAX_PARALLEL_RUNS : settings.parallelRuns());
        OnDemandBackend backend = new OnDemandBackend(() -> parts.backends().load(model, runs), meters);
        if (!model.onnx().lazy()) {
            backend.load();
        }
        BatchLimits limits = limits(model, settings, Math.max(1, model.threadCount() / runs));
        ModelRunner runner = ModelRunner.start(
                model.name(), backend, limits, settings.jobShare(), runs, InstantSource.system(), meters);
        parts.devices().guard(new GuardedModel(model.name(), model.onnx(), backend, runner));
        return new LoadedModel(
                runner, lane -> settings.of(lane).orDefault(2 * runs, recordsAtATime(lane, model.maxBatchSize())));
    }

    /** @param threads of one run */
    static BatchLimits limits(ModelSettings model, WorkerSettings settings, int threads) {
        boolean isOnGpu = model.onnx().provider() == OnnxSettings.Provider.CUDA;
        int usualTokens = isOnGpu ? TOKENS_ON_GPU : TOKENS_PER_THREAD * threads;
        double usualPadding = isOnGpu ? PADDING_ON_GPU : 0;
        return new BatchLimits(
                model.maxBatchSize(),
                settings.maxBatchTokens() == 0 ? usualTokens : settings.maxBatchTokens(),
                settings.maxBatchBytes().bytes(),
                settings.maxPadding() == 0 ? usualPadding : settings.maxPadding(),
                model.maxBatchDelay().toNanos());
    }

    /**
     * A record of a job may hold many requests (32 by default), so a few of them fill a run; what a slot took beyond that would
     * wait here, out of other workers' reach. Two at least, because the first records of a job hold one each.
     */
    private static int recordsAtATime(Lane lane, int maxBatchSize) {
        return lane == Lane.ONLINE ? maxBatchSize : Math.max(LEAST_RECORDS, maxBatchSize / BATCH_SHARE);
    }

    /**
     * A slot fetches nothing before all that it has is settled, so beside an answer that takes a minute a slot of several
     * requests would fetch nothing for a minute: calls have a slot each.
     */
    private static LoadedModel openAi(ModelSettings model, SharedParts parts, WorkerMeters meters) throws IOException {
        WorkerSettings settings = parts.settings();
        OpenAiRunner.Options options = new OpenAiRunner.Options(
                apiKey(model),
                new RetryPolicy(settings.attemptLimit(), FIRST_BACKOFF, LONGEST_BACKOFF),
                settings.jobShare(),
                settings.maxResultSize().bytes());
        RequestRunner runner = OpenAiRunner.start(model, options, parts.deltas(), InstantSource.system(), meters);
        int most = Math.min(
                MAX_SLOTS, model.openai().concurrency() * model.openai().urls().size());
        return new LoadedModel(
                runner, lane -> lane == Lane.ONLINE ? new LaneSettings(most, 1) : new LaneSettings((most + 1) / 2, 2));
    }

    private static String apiKey(ModelSettings model) throws IOException {
        String variable = model.openai().apiKeyEnv();
        if (variable.isEmpty()) {
            return "";
        }
        return Optional.ofNullable(System.getenv(variable))
                .filter(key -> !key.isBlank())
                .orElseThrow(() -> new IOException("the environment has no API key in " + variable));
    }
}
