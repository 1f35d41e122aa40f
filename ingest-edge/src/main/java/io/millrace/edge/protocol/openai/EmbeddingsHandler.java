package io.millrace.edge.protocol.openai;

import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallService;
import io.millrace.edge.core.EmbeddingRules;
import io.millrace.edge.core.ServedModel;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.Success;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/** {@code POST /v1/embeddings}: one call, put into its lane as it came, and its result. */
public final class EmbeddingsHandler {
    private final CallService calls;
    private final EmbeddingRules rules;
    private final long maxBody;

    /** Translates for this service; bodies may have this many bytes. */
    public EmbeddingsHandler(CallService calls, EmbeddingRules rules, long maxBody) {
        this.calls = calls;
        this.rules = rules;
        this.maxBody = maxBody;
    }

    /** Serves its path. */
    public void mount(Router router) {
        Resource.at(router, EmbeddingRules.ENDPOINT)
                .onBody(maxBody, this::embed)
                .mount();
    }

    private void embed(RoutingContext context) {
        byte[] body = Json.bytes(context);
        ServedModel model = rules.check(Json.parse(body));
        Call call = calls.newCall(Tenant.DEFAULT, model.name(), EmbeddingRules.ENDPOINT, body);
        context.response()
                .putHeader("Millrace-Request-Id", call.requestId())
                .putHeader("Millrace-Stream", call.streamId())
                .closeHandler(gone -> calls.forget(call));
        calls.run(call).onSuccess(result -> answer(context, result)).onFailure(context::fail);
    }

    private static void answer(RoutingContext context, Result result) {
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
