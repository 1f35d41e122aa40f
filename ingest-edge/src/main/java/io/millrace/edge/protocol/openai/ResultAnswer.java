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
        if (result.hasSuccess()) {
            answer(context, result.getSuccess());
        } else {
            context.fail(failure(result));
        }
    }

    /** Why there is no answer. A backend's own code is told as a failure of the model. */
    static MillraceException failure(Result result) {
        if (!result.hasFailure()) {
            return new MillraceException(
                    ErrorCode.INTERNAL, "the request " + result.getRequestId() + " ended without an outcome");
        }
        Failure failure = result.getFailure();
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(known -> known.code().equals(failure.getCode()))
                .findFirst()
                .orElse(ErrorCode.MODEL_FAILED);
        return new MillraceException(code, failure.getMessage());
    }

    private static void answer(RoutingContext context, Success success) {
        context.response()
                .setStatusCode(success.getStatusCode())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(Buffer.buffer(success.getBody().toByteArray()));
    }
}
