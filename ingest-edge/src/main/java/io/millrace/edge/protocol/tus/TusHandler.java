package io.millrace.edge.protocol.tus;

import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.ingest.UploadBody;
import io.millrace.edge.jobs.JobService;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.OptionalLong;

/**
 * The tus protocol 1.0.0 with creation, creation-with-upload and termination, at {@code /uploads}.
 *
 * @see <a href="https://tus.io/protocols/resumable-upload">the specification</a>
 */
public final class TusHandler {
    private static final String PATH = "/uploads";
    private static final String COLLECTION_METHODS = "OPTIONS, POST";
    private static final String UPLOAD_METHODS = "OPTIONS, HEAD, PATCH, DELETE";

    private final IngestService ingest;
    private final JobService jobs;
    private final NewTusUploads newUploads;

    /** Translates for these services. */
    public TusHandler(IngestService ingest, JobService jobs) {
        this.ingest = ingest;
        this.jobs = jobs;
        this.newUploads = new NewTusUploads(jobs);
    }

    /** Serves {@code /uploads} and what is below it. */
    public void mount(Router router) {
        router.route(PATH).handler(this::collection);
        router.route(PATH + "/").handler(this::collection);
        router.route(PATH + "/:id").handler(this::upload);
    }

    private void collection(RoutingContext context) {
        switch (TusRequest.methodOf(context).name()) {
            case "OPTIONS" -> describe(context);
            case "POST" -> create(TusRequest.of(context));
            default -> throw TusRequest.notAllowed(context, COLLECTION_METHODS);
        }
    }

    private void upload(RoutingContext context) {
        switch (TusRequest.methodOf(context).name()) {
            case "OPTIONS" -> describe(context);
            case "HEAD" -> head(TusRequest.of(context));
            case "PATCH" -> patch(TusRequest.of(context));
            case "DELETE" -> delete(TusRequest.of(context));
            default -> throw TusRequest.notAllowed(context, UPLOAD_METHODS);
        }
    }

    private void describe(RoutingContext context) {
        context.response()
                .setStatusCode(204)
                .putHeader(TusRequest.RESUMABLE, TusRequest.VERSION)
                .putHeader("Tus-Version", TusRequest.VERSION)
                .putHeader("Tus-Extension", "creation,creation-with-upload,termination")
                .putHeader("Tus-Max-Size", Long.toString(ingest.maxUploadSize()))
                .end();
    }

    private void create(TusRequest request) {
        NewUpload upload = newUploads.from(request);
        if (!request.hasBody()) {
            ingest.create(upload)
                    .compose(this::withJob)
                    .onSuccess(created -> created(request, created).end())
                    .onFailure(request::fail);
            return;
        }
        request.requireOffsetStream();
        ingest.createAndAppend(upload, request.body())
                .compose(this::withJob)
                .onSuccess(result -> createdWithBytes(request, result))
                .onFailure(request::fail);
    }

    private void createdWithBytes(TusRequest request, AppendResult result) {
        switch (result) {
            case Appended(Upload upload) ->
                created(request, upload)
                        .putHeader(TusRequest.OFFSET, Long.toString(upload.offset()))
                        .end();
            case TooLong(Upload upload, long limit) -> request.fail(IngestService.tooLarge(limit));
            case WrongOffset(Upload upload) -> request.fail(mismatch(upload));
            case BrokenOff(Upload upload) -> request.gone();
        }
    }

    private static HttpServerResponse created(TusRequest request, Upload upload) {
        return withBatch(request.response(), upload)
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, PATH + "/" + upload.id());
    }

    private void head(TusRequest request) {
        ingest.query(Tenant.DEFAULT, request.uploadId())
                .onSuccess(upload -> {
                    HttpServerResponse response = withBatch(request.response(), upload)
                            .putHeader(TusRequest.OFFSET, Long.toString(upload.offset()))
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    upload.length().ifPresent(length -> response.putHeader(TusRequest.LENGTH, Long.toString(length)));
                    String metadata = upload.open().getClientMetadata();
                    if (!metadata.isEmpty()) {
                        response.putHeader(UploadMetadata.HEADER, metadata);
                    }
                    response.setStatusCode(200).end();
                })
                .onFailure(request::fail);
    }

    private void patch(TusRequest request) {
        request.requireOffsetStream();
        OptionalLong offset = request.number(TusRequest.OFFSET);
        if (offset.isEmpty()) {
            throw MillraceException.about(
                    TusRequest.OFFSET, ErrorCode.INVALID_REQUEST, TusRequest.OFFSET + " is missing");
        }
        UploadBody body = request.body();
        ingest.append(Tenant.DEFAULT, request.uploadId(), offset.getAsLong(), body)
                .compose(this::withJob)
                .onSuccess(result -> patched(request, result))
                .onFailure(request::fail);
    }

    private static void patched(TusRequest request, AppendResult result) {
        switch (result) {
            case Appended(Upload upload) ->
                withBatch(request.response(), upload)
                        .setStatusCode(204)
                        .putHeader(TusRequest.OFFSET, Long.toString(upload.offset()))
                        .end();
            case TooLong(Upload upload, long limit) -> request.fail(IngestService.tooLarge(limit));
            case WrongOffset(Upload upload) -> request.fail(mismatch(upload));
            case BrokenOff(Upload upload) -> request.gone();
        }
    }

    private void delete(TusRequest request) {
        ingest.cancel(Tenant.DEFAULT, request.uploadId())
                .onSuccess(gone -> request.response().setStatusCode(204).end())
                .onFailure(request::fail);
    }

    /** An upload that starts a job is only told complete when the job can be asked for. */
    private Future<AppendResult> withJob(AppendResult result) {
        return result instanceof Appended(Upload upload) ? withJob(upload).map(result) : Future.succeededFuture(result);
    }

    private Future<Upload> withJob(Upload upload) {
        return upload.complete() && upload.jobId().isPresent()
                ? jobs.awaitStarted(upload.tenant(), upload.jobId().get()).map(upload)
                : Future.succeededFuture(upload);
    }

    private static HttpServerResponse withBatch(HttpServerResponse response, Upload upload) {
        if (upload.complete()) {
            upload.jobId().ifPresent(job -> response.putHeader("Millrace-Batch-Id", job));
        }
        return response;
    }

    private static MillraceException mismatch(Upload upload) {
        return MillraceException.about(
                TusRequest.OFFSET, ErrorCode.OFFSET_MISMATCH, "the upload goes on at " + upload.offset());
    }
}
