package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.TokenUsage;
import java.util.List;
import java.util.function.Function;

/** What came of looking at a request before it runs. */
public sealed interface Preparation {
    /**
     * The request can run.
     *
     * @param inputs at least one
     * @param response makes the response's JSON of the outputs, which are in the order of the inputs; it tells {@link #usage} as
     *     its own
     */
    record Ready(List<ModelInput> inputs, Function<List<float[]>, ByteString> response) implements Preparation {
        /** The tokens of all inputs; a model that runs batches makes none. */
        public TokenUsage usage() {
            int tokens = inputs.stream().mapToInt(ModelInput::length).sum();
            return TokenUsage.newBuilder().setInput(tokens).setTotal(tokens).build();
        }
    }

    /** The request can never run; the message is for whoever sent it. */
    record Refused(ErrorCode code, String message) implements Preparation {}
}
