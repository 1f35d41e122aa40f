package io.millrace.edge.protocol.openai;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.Success;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/** Answers with how a request ended, whoever asked for it. */
final class ResultAnswer {
    private ResultAnswer() {}

    static void send(RoutingContext context, Result result) {
        switch (result.getOutcomeCase()) {
            case SUCCESS -> answer(context, result.getSuccess());
            case FAILURE -> context.fail(failure(result.getFailure()));
            case OUTCOME_NOT_SET ->
                context.fail(new MillraceException(
                        ErrorCode.INTERNAL, "the request " + result.getRequestId() + " ended without an outcome"));
        }
    }

    private static void answer(RoutingContext context, Success success) {
        context.response()
                .setStatusCode(success.getStatusCode())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(Buffer.buffer(success.getBody().toByteArray()));
    }

    /** A backend's own code is told as a failure of the model. */
    private static MillraceException failure(Failure failure) {
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(known -> known.code().equals(failure.getCode()))
                .findFirst()
                .orElse(ErrorCode.MODEL_FAILED);
        return new MillraceException(code, failure.getMessage());
    }
}
