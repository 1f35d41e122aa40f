package io.millrace.worker.backend;

import io.millrace.runtime.config.ModelBackend;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.worker.inference.InferenceBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads models with ONNX Runtime. */
public final class OnnxBackends {
    private OnnxBackends() {}

    /**
     * Loads a model, and shares its threads out among the runs that go on at a time. Blocks.
     *
     * @throws IOException if its files cannot be read
     */
    public static InferenceBackend load(ModelSettings model, int parallel) throws IOException {
        int threads = model.threadCount();
        TextTask task = task(model);
        OnnxSettings settings =
                task instanceof ClassificationTask ? model.onnx().unscaled() : model.onnx();
        OnnxEncoder encoder = OnnxEncoder.load(files(model), Math.max(1, threads / parallel), settings);
        // On a GPU a run has the whole device anyway, and its memory is dear.
        Optional<LoneEncoder.Loader> lone = parallel > 1 && settings.provider() == OnnxSettings.Provider.CPU
                ? Optional.of(() -> OnnxEncoder.load(files(model), threads, settings))
                : Optional.empty();
        return new OnnxTextBackend(model.name(), task, model.maxInputTokens(), encoder, lone);
    }

    private static TextTask task(ModelSettings model) {
        return model.endpoints().equals(List.of(ModelBackend.CLASSIFY))
                ? new ClassificationTask(
                        model.name(), model.onnx().labels(), model.onnx().activation())
                : new EmbeddingTask(model.name(), model.dimensions());
    }

    private static ModelFiles files(ModelSettings model) {
        ModelFiles builtIn = ModelFiles.BUILT_IN;
        return new ModelFiles(
                model.path().isEmpty() ? builtIn.model() : ModelFiles.at(Path.of(model.path())),
                model.tokenizerPath().isEmpty() ? builtIn.tokenizer() : ModelFiles.at(Path.of(model.tokenizerPath())));
    }
}
