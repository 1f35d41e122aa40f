package io.millrace.edge.http;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;

/** One path and its methods; every other method is answered with 405 and what is allowed. */
public final class Resource {
    private final Router router;
    private final String path;
    private final Map<HttpMethod, Handler<RoutingContext>> methods = new LinkedHashMap<>();

    private Resource(Router router, String path) {
        this.router = router;
        this.path = path;
    }

    /** The resource at this path, which may have parameters. */
    public static Resource at(Router router, String path) {
        return new Resource(router, path);
    }

    /** Serves a method; the handler reads the body itself, if there is one. */
    public Resource on(HttpMethod method, Handler<RoutingContext> handler) {
        methods.put(method, handler);
        return this;
    }

    /** Serves POST with a body that is read first. */
    public Resource onBody(long maxBytes, Handler<RoutingContext> handler) {
        router.route(HttpMethod.POST, path)
                .handler(BodyHandler.create(false).setBodyLimit(maxBytes))
                .handler(handler);
        return on(HttpMethod.POST, handler);
    }

    /** Ends the description. */
    public void mount() {
        String allowed = String.join(
                ", ", methods.keySet().stream().map(HttpMethod::name).toList());
        router.route(path).handler(context -> dispatch(context, allowed));
    }

    private void dispatch(RoutingContext context, String allowed) {
        Handler<RoutingContext> handler = methods.get(context.request().method());
        if (handler != null) {
            handler.handle(context);
            return;
        }
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        context.fail(new MillraceException(
                ErrorCode.METHOD_NOT_ALLOWED, context.request().method() + " is not allowed here, but " + allowed));
    }
}
