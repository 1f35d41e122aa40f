package io.millrace.edge.protocol.openai;

import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.ingest.FilePage;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.protocol.uploads.ContentAnswer;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadProtocol;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code /v1/files}, {@code /v1/files/{id}} and {@code /v1/files/{id}/content}. */
public final class FilesHandler {
    private static final int MOST_FILES = 10_000;
    private static final String LIMIT_RULE = "limit must be a number from 1 to " + MOST_FILES;

    private final IngestService ingest;
    private final ContentAnswer content;

    /** Translates for this service, and answers with content in this way. */
    public FilesHandler(IngestService ingest, ContentAnswer content) {
        this.ingest = ingest;
        this.content = content;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, "/v1/files")
                .on(HttpMethod.POST, this::create)
                .on(HttpMethod.GET, this::list)
                .mount();
        Resource.at(router, "/v1/files/:id")
                .on(HttpMethod.GET, this::get)
                .on(HttpMethod.DELETE, this::delete)
                .mount();
        Resource.at(router, "/v1/files/:id/content")
                .on(HttpMethod.GET, this::content)
                .mount();
    }

    private void create(RoutingContext context) {
        new FileForm(context.request(), ingest, "file", FilesHandler::fileOf, true)
                .receive()
                .compose(file -> ingest.query(file.tenant(), file.id()))
                .onSuccess(file -> Json.answer(context, FileJson.file(file)))
                .onFailure(context::fail);
    }

    private void get(RoutingContext context) {
        Files.complete(ingest, Tenant.DEFAULT, context.pathParam("id"), "file_id")
                .onSuccess(file -> Json.answer(context, FileJson.file(file)))
                .onFailure(context::fail);
    }

    private void content(RoutingContext context) {
        Files.complete(ingest, Tenant.DEFAULT, context.pathParam("id"), "file_id")
                .onSuccess(file -> content.answer(context, file))
                .onFailure(context::fail);
    }

    private void list(RoutingContext context) {
        MultiMap query = context.request().params();
        String order = query.contains("order") ? query.get("order") : "desc";
        if (!order.equals("asc") && !order.equals("desc")) {
            throw MillraceException.about("order", ErrorCode.INVALID_REQUEST, "order must be asc or desc");
        }
        FilePage.Query wanted = new FilePage.Query(
                query.contains("after") ? query.get("after") : "",
                limit(query.get("limit")),
                order.equals("asc"),
                query.contains("purpose") ? query.get("purpose") : "");
        ingest.files(Tenant.DEFAULT, wanted)
                .onSuccess(page -> Json.answer(context, FileJson.list(page)))
                .onFailure(context::fail);
    }

    private void delete(RoutingContext context) {
        String id = context.pathParam("id");
        Files.complete(ingest, Tenant.DEFAULT, id, "file_id")
                .compose(file -> ingest.cancel(Tenant.DEFAULT, id))
                .onSuccess(gone -> Json.answer(context, FileJson.deleted(id)))
                .onFailure(context::fail);
    }

    private static NewUpload fileOf(HttpServerFileUpload form) {
        return new NewUpload(
                Tenant.DEFAULT,
                UploadProtocol.UPLOAD_PROTOCOL_OPENAI_FILE,
                OptionalLong.empty(),
                form.filename(),
                form.contentType(),
                "",
                "",
                Optional.empty());
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return MOST_FILES;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST_FILES) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, LIMIT_RULE, e);
        }
        throw MillraceException.about("limit", ErrorCode.INVALID_REQUEST, LIMIT_RULE);
    }
}
