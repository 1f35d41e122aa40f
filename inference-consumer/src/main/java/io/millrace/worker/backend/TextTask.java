package io.millrace.worker.backend;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.MillraceException;
import java.util.List;

/** What a model's outputs are for: how its endpoint asks, and what it answers. Thread-safe. */
public interface TextTask {
    /** The endpoint whose requests it reads, such as {@code /v1/embeddings}. */
    String endpoint();

    /** How many numbers the model gives for each text. */
    int outputs();

    /**
     * Reads the body of a request.
     *
     * @throws MillraceException if the body asks for nothing that the model could do
     */
    Question read(byte[] body);

    /**
     * What a request asks.
     *
     * @param texts at least one, none of them empty
     */
    record Question(List<String> texts, Answer answer) {}

    /** Writes the response. */
    @FunctionalInterface
    interface Answer {
        /**
         * The response's JSON.
         *
         * @param outputs the model's, in the order of the texts
         * @param tokens of all texts together
         */
        ByteString render(List<float[]> outputs, int tokens);
    }
}
