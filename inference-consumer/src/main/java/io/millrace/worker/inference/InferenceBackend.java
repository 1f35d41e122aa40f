package io.millrace.worker.inference;

import io.millrace.schemas.v1.InferenceRequest;
import java.util.List;

/** A model that runs batches. */
public interface InferenceBackend extends AutoCloseable {
    /** Checks a request and turns its texts into tokens. Any thread. */
    Preparation prepare(InferenceRequest request);

    /**
     * Runs one batch. Several threads may run one each.
     *
     * @return one output for each input, in the same order
     */
    List<float[]> run(List<ModelInput> batch) throws BackendException;

    @Override
    void close();
}
