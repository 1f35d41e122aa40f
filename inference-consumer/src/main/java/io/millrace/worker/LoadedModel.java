package io.millrace.worker;

import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.backend.LoneEncoder;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEmbeddingBackend;
import io.millrace.worker.backend.OnnxEncoder;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.core.RetryPolicy;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.WorkerMeters;
import io.millrace.worker.lane.LaneSettings;
import io.millrace.worker.openai.OpenAiRunner;
import java.io.IOException;
import java.nio.file.Path;
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
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    /**
     * Loads it. Blocks.
     *
     * @throws IOException if its files cannot be read
     */
    static LoadedModel load(ModelSettings model, SharedParts parts, WorkerMeters meters) throws IOException {
        return switch (model.backend()) {
            case ONNX -> onnx(model, parts, meters);
            case OPENAI -> openAi(model, parts, meters);
        };
    }

    private static LoadedModel onnx(ModelSettings model, SharedParts parts, WorkerMeters meters) throws IOException {
        WorkerSettings settings = parts.settings();
        int threads = model.threads() == 0 ? Runtime.getRuntime().availableProcessors() : model.threads();
        int runs = Math.min(threads, settings.parallelRuns() == 0 ? MAX_PARALLEL_RUNS : settings.parallelRuns());
        OnnxEncoder encoder = OnnxEncoder.load(files(model), Math.max(1, threads / runs), model.onnx());
        // On a GPU a run has the whole device anyway, and its memory is dear.
        Optional<LoneEncoder.Loader> lone = runs > 1 && model.onnx().provider() == OnnxSettings.Provider.CPU
                ? Optional.of(() -> OnnxEncoder.load(files(model), threads, model.onnx()))
                : Optional.empty();
        OnnxEmbeddingBackend backend = new OnnxEmbeddingBackend(
                model.name(), model.endpoints().getFirst(), model.dimensions(), model.maxInputTokens(), encoder, lone);
        BatchLimits limits = new BatchLimits(
                model.maxBatchSize(),
                settings.maxBatchTokens(),
                settings.maxPadding(),
                model.maxBatchDelay().toNanos());
        RequestRunner runner = ModelRunner.start(
                model.name(), backend, limits, settings.jobShare(), runs, InstantSource.system(), meters);
        return new LoadedModel(runner, lane -> settings.of(lane).orDefault(2 * runs, model.maxBatchSize()));
    }

    private static ModelFiles files(ModelSettings model) {
        ModelFiles builtIn = ModelFiles.BUILT_IN;
        return new ModelFiles(
                model.path().isEmpty() ? builtIn.model() : ModelFiles.at(Path.of(model.path())),
                model.tokenizerPath().isEmpty() ? builtIn.tokenizer() : ModelFiles.at(Path.of(model.tokenizerPath())));
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
