package io.millrace.edge.protocol.openai;

import io.millrace.edge.calls.CallFailure;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.Success;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Answers with how a request ended, whoever asked for it. */
final class ResultAnswer {
    private ResultAnswer() {}

    static void send(RoutingContext context, Result result) {
        if (result.hasSuccess()) {
            answer(context, result.getSuccess());
        } else {
            context.fail(CallFailure.of(result));
        }
    }

    private static void answer(RoutingContext context, Success success) {
        context.response()
                .setStatusCode(success.getStatusCode())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(Buffer.buffer(success.getBody().toByteArray()));
    }
}
