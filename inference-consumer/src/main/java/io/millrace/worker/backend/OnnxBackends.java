package io.millrace.worker.backend;

import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.worker.inference.InferenceBackend;
import java.io.IOException;
import java.nio.file.Path;
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
        OnnxEncoder encoder = OnnxEncoder.load(files(model), Math.max(1, threads / parallel), model.onnx());
        // On a GPU a run has the whole device anyway, and its memory is dear.
        Optional<LoneEncoder.Loader> lone = parallel > 1 && model.onnx().provider() == OnnxSettings.Provider.CPU
                ? Optional.of(() -> OnnxEncoder.load(files(model), threads, model.onnx()))
                : Optional.empty();
        return new OnnxEmbeddingBackend(
                model.name(), model.endpoints().getFirst(), model.dimensions(), model.maxInputTokens(), encoder, lone);
    }

    private static ModelFiles files(ModelSettings model) {
        ModelFiles builtIn = ModelFiles.BUILT_IN;
        return new ModelFiles(
                model.path().isEmpty() ? builtIn.model() : ModelFiles.at(Path.of(model.path())),
                model.tokenizerPath().isEmpty() ? builtIn.tokenizer() : ModelFiles.at(Path.of(model.tokenizerPath())));
    }
}
