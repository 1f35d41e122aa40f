package io.millrace.edge.protocol;

import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.protocol.ietf.IetfHandler;
import io.millrace.edge.protocol.tus.TusHandler;
import io.millrace.edge.protocol.uploads.ContentAnswer;
import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /uploads}: one resource for two protocols, told apart by their headers. */
public final class UploadRoutes {
    private static final String PATH = "/uploads";
    private static final String COLLECTION_METHODS = "OPTIONS, POST";
    private static final String UPLOAD_METHODS = "OPTIONS, GET, HEAD, PATCH, DELETE";

    private final TusHandler tus;
    private final IetfHandler ietf;
    private final IngestService ingest;
    private final ContentAnswer content;

    /** Routes to these; what has become of an upload is answered with its content. */
    public UploadRoutes(TusHandler tus, IetfHandler ietf, IngestService ingest, ContentAnswer content) {
        this.tus = tus;
        this.ietf = ietf;
        this.ingest = ingest;
        this.content = content;
    }

    /** Serves {@code /uploads} and what is below it. */
    public void mount(Router router) {
        router.route(PATH).handler(this::collection);
        router.route(PATH + "/").handler(this::collection);
        router.route(PATH + "/:id").handler(this::upload);
    }

    private void collection(RoutingContext context) {
        switch (UploadRequest.methodOf(context).name()) {
            case "OPTIONS" -> describe(context);
            case "POST" -> {
                if (IetfHandler.speaks(context)) {
                    ietf.create(context);
                } else {
                    tus.create(context);
                }
            }
            default -> throw notAllowed(context, COLLECTION_METHODS);
        }
    }

    private void upload(RoutingContext context) {
        boolean ietfSpoken = IetfHandler.speaks(context);
        switch (UploadRequest.methodOf(context).name()) {
            case "OPTIONS" -> describe(context);
            case "GET" -> download(context);
            case "HEAD" -> {
                if (ietfSpoken) {
                    ietf.head(context);
                } else {
                    tus.head(context);
                }
            }
            case "PATCH" -> {
                if (ietfSpoken) {
                    ietf.patch(context);
                } else {
                    tus.patch(context);
                }
            }
            case "DELETE" -> {
                if (ietfSpoken) {
                    ietf.delete(context);
                } else {
                    tus.delete(context);
                }
            }
            default -> throw notAllowed(context, UPLOAD_METHODS);
        }
    }

    private void download(RoutingContext context) {
        ingest.file(Tenant.DEFAULT, context.pathParam("id"))
                .onSuccess(file -> content.answer(context, file))
                .onFailure(context::fail);
    }

    private void describe(RoutingContext context) {
        tus.describe(context.response());
        ietf.describe(context.response());
        context.response().setStatusCode(204).end();
    }

    private static MillraceException notAllowed(RoutingContext context, String allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        return new MillraceException(
                ErrorCode.METHOD_NOT_ALLOWED, UploadRequest.methodOf(context) + " is not allowed here, but " + allowed);
    }
}
