package io.millrace.edge.protocol.openai;

import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallService;
import io.millrace.edge.core.EmbeddingRules;
import io.millrace.edge.core.ServedModel;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.schemas.Tenant;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

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
        Call call =
                calls.newCall(Tenant.DEFAULT, Sessions.stream(context), model.name(), EmbeddingRules.ENDPOINT, body);
        context.response()
                .putHeader("Millrace-Request-Id", call.requestId())
                .putHeader("Millrace-Stream", call.streamId())
                .closeHandler(gone -> calls.forget(call));
        calls.run(call).onSuccess(result -> ResultAnswer.send(context, result)).onFailure(context::fail);
    }
}
