package io.millrace.publisher.protocol;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** The routes of the internal API. Its server listens before there is anything behind it, and says so until then. */
public final class InternalRoutes {
    private final Router router;
    private volatile boolean open;

    /** Without routes yet. */
    public InternalRoutes(Vertx vertx) {
        this.router = Router.router(vertx);
        router.route()
                .handler(request -> {
                    if (open) {
                        request.next();
                    } else {
                        request.fail(
                                new MillraceException(ErrorCode.UNAVAILABLE, "the service is starting; try again"));
                    }
                })
                .failureHandler(HttpErrors::render);
    }

    /** To add routes to. */
    public Router router() {
        return router;
    }

    /** All routes are there. */
    public void open() {
        open = true;
    }
}
