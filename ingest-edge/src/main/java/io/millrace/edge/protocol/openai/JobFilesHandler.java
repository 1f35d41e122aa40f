package io.millrace.edge.protocol.openai;

import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.queries.JobQueries;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/files/{id}} and {@code GET /v1/files/{id}/content} for the files that jobs leave behind. The publisher builds
 * them; nothing of them is held here.
 */
public final class JobFilesHandler {
    private static final long MS = 1000;
    private static final String RANGE = "Range";
    private static final List<String> HANDED_ON = List.of("Content-Type", "Content-Range", "Accept-Ranges");

    private final JobQueries jobs;

    /** Translates for these queries. */
    public JobFilesHandler(JobQueries jobs) {
        this.jobs = jobs;
    }

    /** Serves its ids; to be mounted before whoever serves all other files. */
    public void mount(Router router) {
        Resource.at(router, "/v1/files/file-output-:digits")
                .on(HttpMethod.GET, context -> describe(context, output(context)))
                .mount();
        Resource.at(router, "/v1/files/file-output-:digits/content")
                .on(HttpMethod.GET, context -> send(context, output(context)))
                .mount();
        Resource.at(router, "/v1/files/file-errors-:digits")
                .on(HttpMethod.GET, context -> describe(context, errors(context)))
                .mount();
        Resource.at(router, "/v1/files/file-errors-:digits/content")
                .on(HttpMethod.GET, context -> send(context, errors(context)))
                .mount();
    }

    /**
     * A file.
     *
     * @param kind as the publisher calls it
     */
    private record Named(String id, String jobId, String kind) {}

    private static Named output(RoutingContext context) {
        String id = Ids.OUTPUT_FILE + context.pathParam("digits");
        return named(id, Ids.jobOfOutput(id), "output");
    }

    private static Named errors(RoutingContext context) {
        String id = Ids.ERROR_FILE + context.pathParam("digits");
        return named(id, Ids.jobOfErrors(id), "errors");
    }

    private static Named named(String id, Optional<String> jobId, String kind) {
        return new Named(id, jobId.orElseThrow(() -> unknown(id)), kind);
    }

    private void describe(RoutingContext context, Named file) {
        jobs.file(Tenant.DEFAULT, file.jobId(), file.kind())
                .map(found -> found.orElseThrow(() -> unknown(file.id())))
                .onSuccess(found -> Json.answer(
                        context,
                        Json.object()
                                .put("id", file.id())
                                .put("object", "file")
                                .put("bytes", found.getBytes())
                                .put("created_at", found.getCreatedAtMs() / MS)
                                .put("filename", file.jobId() + "_" + file.kind() + ".jsonl")
                                .put("purpose", "batch_output")
                                .put("status", "processed")))
                .onFailure(context::fail);
    }

    private void send(RoutingContext context, Named file) {
        @Nullable String range = context.request().getHeader(RANGE);
        jobs.content(Tenant.DEFAULT, file.jobId(), file.kind(), range == null ? Map.of() : Map.of(RANGE, range))
                .compose(content -> handOn(context, content, file))
                .onFailure(context::fail);
    }

    private static Future<Void> handOn(RoutingContext context, HttpClientResponse content, Named file) {
        if (content.statusCode() == ErrorCode.FILE_NOT_FOUND.httpStatus()) {
            return content.end().compose(ended -> Future.failedFuture(unknown(file.id())));
        }
        HttpServerResponse response = context.response().setStatusCode(content.statusCode());
        for (String header : HANDED_ON) {
            @Nullable String value = content.getHeader(header);
            if (value != null) {
                response.putHeader(header, value);
            }
        }
        return content.pipeTo(response.setChunked(true));
    }

    private static MillraceException unknown(String fileId) {
        return MillraceException.about("file_id", ErrorCode.FILE_NOT_FOUND, "there is no file " + fileId);
    }
}
