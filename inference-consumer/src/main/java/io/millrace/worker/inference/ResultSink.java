package io.millrace.worker.inference;

import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Outcome;
import java.util.concurrent.CompletionStage;

/** Where outcomes go. */
@FunctionalInterface
public interface ResultSink {
    /**
     * Publishes an outcome; does not block.
     *
     * @param attempt the attempt's nonce
     * @return completes when the outcome is durable, exceptionally when it could not be made so
     */
    CompletionStage<?> publish(InferenceRequest request, String attempt, Outcome outcome);
}
