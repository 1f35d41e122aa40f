package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.jobs.JobRequest;
import io.millrace.edge.jobs.JobService;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code POST|GET /v1/batches}, {@code GET|DELETE /v1/batches/{id}} and {@code POST /v1/batches/{id}/cancel}. */
public final class BatchesHandler {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    private final IngestService ingest;
    private final JobService jobs;
    private final long maxBody;

    /** Translates for these services; bodies may have this many bytes. */
    public BatchesHandler(IngestService ingest, JobService jobs, long maxBody) {
        this.ingest = ingest;
        this.jobs = jobs;
        this.maxBody = maxBody;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, "/v1/batches")
                .onBody(maxBody, this::create)
                .on(HttpMethod.GET, this::list)
                .mount();
        Resource.at(router, "/v1/batches/:id")
                .on(HttpMethod.GET, this::get)
                .on(HttpMethod.DELETE, this::delete)
                .mount();
        Resource.at(router, "/v1/batches/:id/cancel")
                .on(HttpMethod.POST, this::cancel)
                .mount();
    }

    private void create(RoutingContext context) {
        JobRequest request = request(context);
        file(request)
                .compose(complete -> jobs.submit(request))
                .onSuccess(view -> Json.answer(context, BatchJson.of(view)))
                .onFailure(context::fail);
    }

    private void list(RoutingContext context) {
        Optional<String> after = Optional.ofNullable(context.request().getParam("after"));
        jobs.list(Tenant.DEFAULT, after, limit(context.request().getParam("limit")))
                .onSuccess(list -> Json.answer(context, BatchJson.of(list)))
                .onFailure(context::fail);
    }

    private static int limit(@Nullable String limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        int number = limit.matches("[0-9]{1,4}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MAX_LIMIT) {
            throw MillraceException.about(
                    "limit", ErrorCode.INVALID_REQUEST, "limit must be a whole number from 1 to " + MAX_LIMIT);
        }
        return number;
    }

    private void get(RoutingContext context) {
        jobs.find(Tenant.DEFAULT, context.pathParam("id"))
                .onSuccess(view -> Json.answer(context, BatchJson.of(view)))
                .onFailure(context::fail);
    }

    private void delete(RoutingContext context) {
        String id = context.pathParam("id");
        jobs.delete(Tenant.DEFAULT, id)
                .onSuccess(written -> Json.answer(
                        context,
                        Json.object().put("id", id).put("object", "batch").put("deleted", true)))
                .onFailure(context::fail);
    }

    private void cancel(RoutingContext context) {
        jobs.cancel(Tenant.DEFAULT, context.pathParam("id"))
                .onSuccess(view -> Json.answer(context, BatchJson.of(view)))
                .onFailure(context::fail);
    }

    private Future<Upload> file(JobRequest request) {
        return Files.complete(ingest, request.tenant(), request.fileId(), "input_file_id");
    }

    private JobRequest request(RoutingContext context) {
        JsonNode body = Json.parse(Json.bytes(context));
        if (!body.isObject()) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body must be a JSON object");
        }
        String fileId = text(body, "input_file_id");
        if (fileId == null) {
            throw MillraceException.about("input_file_id", ErrorCode.MISSING_FIELD, "input_file_id is missing");
        }
        JobParameters parameters = jobs.rules()
                .check(
                        text(body, "endpoint"),
                        text(body, "completion_window"),
                        text(body, "priority"),
                        metadata(body.path("metadata")));
        JobParameters whole =
                jobs.rules().after().check(parameters, text(body, "webhook_url"), text(body, "retention"));
        return new JobRequest(Tenant.DEFAULT, fileId, whole, IdempotencyKey.of(context));
    }

    private static @Nullable String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw MillraceException.about(field, ErrorCode.INVALID_REQUEST, field + " must be a text");
        }
        return value.textValue();
    }

    private static Map<String, String> metadata(JsonNode metadata) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (metadata.isMissingNode() || metadata.isNull()) {
            return pairs;
        }
        if (!metadata.isObject()) {
            throw MillraceException.about("metadata", ErrorCode.INVALID_REQUEST, "metadata must be an object of texts");
        }
        metadata.properties().forEach(pair -> {
            String value = text(metadata, pair.getKey());
            pairs.put(pair.getKey(), value == null ? "" : value);
        });
        return pairs;
    }
}
