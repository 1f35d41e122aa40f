package io.millrace.edge.protocol.openai;

import io.millrace.edge.calls.CallService;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.queries.RequestQueries;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.RequestView;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /v1/requests/{id}}: the result of a request, whoever waited for it first; 202 while it runs. {@code POST
 * /v1/requests/{id}/cancel}: ends a call for which nobody waits any more.
 */
public final class RequestsHandler {
    private static final int ACCEPTED = 202;

    private final RequestQueries requests;
    private final CallService calls;

    /** Translates for these. */
    public RequestsHandler(RequestQueries requests, CallService calls) {
        this.requests = requests;
        this.calls = calls;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, "/v1/requests/:id").on(HttpMethod.GET, this::get).mount();
        Resource.at(router, "/v1/requests/:id/cancel")
                .on(HttpMethod.POST, this::cancel)
                .mount();
    }

    private void get(RoutingContext context) {
        String id = context.pathParam("id");
        find(id).onSuccess(view -> {
                    if (view.hasResult()) {
                        context.response().putHeader("Millrace-Request-Id", id);
                        ResultAnswer.send(context, view.getResult());
                    } else {
                        pending(context, id, "in_progress");
                    }
                })
                .onFailure(context::fail);
    }

    private void cancel(RoutingContext context) {
        String id = context.pathParam("id");
        if (!Ids.isValid(Ids.CALL, Ids.streamOfRequest(id)) && !Ids.isValid(Ids.SESSION, Ids.streamOfRequest(id))) {
            throw unknown(id);
        }
        find(id).compose(view -> view.hasResult()
                        ? Future.<Void>failedFuture(new MillraceException(
                                ErrorCode.REQUEST_FINISHED, "the request " + id + " has its outcome already"))
                        : calls.cancel(Tenant.DEFAULT, id))
                .onSuccess(nothing -> pending(context, id, "cancelling"))
                .onFailure(context::fail);
    }

    private static void pending(RoutingContext context, String id, String status) {
        context.response().setStatusCode(ACCEPTED);
        Json.answer(
                context, Json.object().put("id", id).put("object", "request").put("status", status));
    }

    private Future<RequestView> find(String id) {
        return Ids.streamOfRequest(id).isEmpty()
                ? Future.failedFuture(unknown(id))
                : requests.find(Tenant.DEFAULT, id).map(found -> found.orElseThrow(() -> unknown(id)));
    }

    private static MillraceException unknown(String id) {
        return new MillraceException(ErrorCode.REQUEST_NOT_FOUND, "there is no request " + id);
    }
}
