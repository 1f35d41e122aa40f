package io.millrace.publisher.core;

import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.Success;
import io.millrace.schemas.v1.TokenUsage;
import java.util.Optional;

/** A result, looked at by itself. */
sealed interface Answer {
    /**
     * It can settle its request.
     *
     * @param usage what the model says of its use
     */
    record Sound(Result result, TokenUsage usage) implements Answer {}

    /** It is no result of a request of its stream. The reason is for the operator. */
    record Fault(String reason) implements Answer {}

    /** Looks at one of this stream. */
    static Answer of(Result result, StreamKey stream) {
        if (result.getItem() < 0) {
            return new Fault("the result's item is negative: " + result.getItem());
        }
        if (!result.getRequestId().equals(stream.requestId(result.getItem()))) {
            return new Fault("the result's request '" + result.getRequestId() + "' is not item " + result.getItem()
                    + " of " + stream.id());
        }
        return switch (result.getOutcomeCase()) {
            case SUCCESS -> {
                Optional<TokenUsage> usage = usage(result.getSuccess());
                yield usage.isPresent()
                        ? new Sound(result, usage.get())
                        : new Fault("the body of the result of " + result.getRequestId() + " is no JSON");
            }
            case FAILURE -> new Sound(result, TokenUsage.getDefaultInstance());
            case OUTCOME_NOT_SET -> new Fault("the result of " + result.getRequestId() + " has no outcome");
        };
    }

    private static Optional<TokenUsage> usage(Success success) {
        return success.hasUsage() ? Optional.of(success.getUsage()) : ResultBody.usage(success.getBody());
    }
}
