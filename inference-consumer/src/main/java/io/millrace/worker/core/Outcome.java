package io.millrace.worker.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.TokenUsage;
import java.util.Optional;

/** How an attempt ended. */
public sealed interface Outcome {
    /**
     * The model answered.
     *
     * @param body the response's JSON
     * @param usage what the body says of its use, if whoever has the body made it
     */
    record Succeeded(ByteString body, Optional<TokenUsage> usage) implements Outcome {}

    /**
     * The request can not be answered, now or later; the message is for whoever sent it.
     *
     * @param code from the error catalogue, or the model server's own
     */
    record Failed(String code, String message) implements Outcome {
        /** With a code of the catalogue. */
        public Failed(ErrorCode code, String message) {
            this(code.code(), message);
        }
    }

    /** The attempt came to nothing, through no fault of the request. Nothing is published: another attempt follows. */
    record Abandoned() implements Outcome {}

    /**
     * The worker stops before the attempt came to an end. Nothing is published: another worker begins anew, and this attempt does
     * not count.
     */
    record GivenBack() implements Outcome {}

    /** The deadline passed before it ran. Nothing is published: the stream has decided that itself. */
    record Expired() implements Outcome {}

    /** It is not wanted any more. Nothing is published: the stream has decided that itself. */
    record Cancelled() implements Outcome {}
}
