package io.millrace.worker.inference;

import io.millrace.runtime.config.ModelSettings;
import java.io.IOException;

/** Loads what runs a model's batches in this process. */
@FunctionalInterface
public interface BackendLoader {
    /**
     * Loads it. Blocks.
     *
     * @param parallel how many batches will run at a time
     * @throws IOException if the model cannot be loaded; the message says why
     */
    InferenceBackend load(ModelSettings model, int parallel) throws IOException;
}
