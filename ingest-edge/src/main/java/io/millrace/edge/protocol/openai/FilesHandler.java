package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.protocol.uploads.ContentAnswer;
import io.millrace.schemas.Tenant;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /v1/files}, {@code GET /v1/files/{id}} and {@code GET /v1/files/{id}/content}. */
public final class FilesHandler {
    private static final long MS = 1000;

    private final IngestService ingest;
    private final ContentAnswer content;

    /** Translates for this service, and answers with content in this way. */
    public FilesHandler(IngestService ingest, ContentAnswer content) {
        this.ingest = ingest;
        this.content = content;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, "/v1/files").on(HttpMethod.POST, this::create).mount();
        Resource.at(router, "/v1/files/:id").on(HttpMethod.GET, this::get).mount();
        Resource.at(router, "/v1/files/:id/content")
                .on(HttpMethod.GET, this::content)
                .mount();
    }

    private void create(RoutingContext context) {
        new FileForm(context.request(), ingest)
                .receive()
                .onSuccess(file -> Json.answer(context, render(file)))
                .onFailure(context::fail);
    }

    private void get(RoutingContext context) {
        Files.complete(ingest, Tenant.DEFAULT, context.pathParam("id"), "file_id")
                .onSuccess(file -> Json.answer(context, render(file)))
                .onFailure(context::fail);
    }

    private void content(RoutingContext context) {
        Files.complete(ingest, Tenant.DEFAULT, context.pathParam("id"), "file_id")
                .onSuccess(file -> content.answer(context, file))
                .onFailure(context::fail);
    }

    private static ObjectNode render(Upload file) {
        return Json.object()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.offset())
                .put("created_at", file.open().getCreatedAtMs() / MS)
                .put("filename", file.open().getFilename())
                .put("purpose", file.open().getPurpose())
                .put("status", "processed");
    }
}
