package io.millrace.edge.protocol.tus;

import static io.millrace.edge.protocol.uploads.UploadRequest.LENGTH;
import static io.millrace.edge.protocol.uploads.UploadRequest.OFFSET;

import io.millrace.edge.http.HttpDate;
import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.Existing;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.Unverified;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.ingest.ComposedUploads;
import io.millrace.edge.ingest.Composition;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.jobs.JobService;
import io.millrace.edge.protocol.uploads.NewUploads;
import io.millrace.edge.protocol.uploads.StartedJobs;
import io.millrace.edge.protocol.uploads.UploadMetadata;
import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadProtocol;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.OptionalLong;

/**
 * The tus protocol 1.0.0 with creation, creation-with-upload, creation-defer-length, expiration, checksum,
 * checksum-trailer, termination, concatenation and concatenation-unfinished.
 *
 * @see <a href="https://tus.io/protocols/resumable-upload">the specification</a>
 */
public final class TusHandler {
    /** The header without which a request is not of this protocol. */
    public static final String RESUMABLE = "Tus-Resumable";

    private static final String VERSION = "1.0.0";
    private static final String EXTENSIONS =
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,"
                    + "concatenation,concatenation-unfinished";
    private static final String MEDIA_TYPE = "application/offset+octet-stream";
    private static final String DEFER_LENGTH = "Upload-Defer-Length";

    private final IngestService ingest;
    private final ComposedUploads composed;
    private final StartedJobs jobs;
    private final NewUploads newUploads;

    /** Translates for these services. */
    public TusHandler(IngestService ingest, ComposedUploads composed, JobService jobs) {
        this.ingest = ingest;
        this.composed = composed;
        this.jobs = new StartedJobs(jobs);
        this.newUploads = new NewUploads(jobs);
    }

    /** Says what the protocol can do here. */
    public void describe(HttpServerResponse response) {
        response.putHeader(RESUMABLE, VERSION)
                .putHeader("Tus-Version", VERSION)
                .putHeader("Tus-Extension", EXTENSIONS)
                .putHeader("Tus-Checksum-Algorithm", TusChecksum.ALGORITHMS)
                .putHeader("Tus-Max-Size", Long.toString(ingest.limits().maxUploadSize()));
    }

    /** POST: creates an upload, perhaps with its first bytes, or composes one of others. */
    public void create(RoutingContext context) {
        UploadRequest request = accepted(context);
        Composition composition = TusConcat.parse(request.header(TusConcat.HEADER));
        boolean whole = !composition.parts().isEmpty();
        NewUpload upload = newUploads
                .from(
                        request,
                        UploadProtocol.UPLOAD_PROTOCOL_TUS,
                        new NewUploads.Lengths(whole ? lengthOfParts(request) : length(request), OptionalLong.empty()),
                        "",
                        "")
                .composed(composition);
        if (whole || !hasBody(request)) {
            (whole ? composed.create(upload) : ingest.create(upload))
                    .compose(jobs::await)
                    .onSuccess(created -> created(request, created).end())
                    .onFailure(request::fail);
            return;
        }
        request.requireContentType(MEDIA_TYPE);
        TusChecksum.apply(request);
        ingest.createAndAppend(upload, request.body())
                .compose(jobs::await)
                .onSuccess(result -> createdWithBytes(request, result))
                .onFailure(request::fail);
    }

    /** HEAD: says how far an upload is. */
    public void head(RoutingContext context) {
        UploadRequest request = accepted(context);
        ingest.query(Tenant.DEFAULT, request.uploadId())
                .onSuccess(upload -> {
                    HttpServerResponse response =
                            described(request.response(), upload).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    progress(response, upload);
                    String metadata = upload.open().getClientMetadata();
                    if (!metadata.isEmpty()) {
                        response.putHeader(UploadMetadata.HEADER, metadata);
                    }
                    response.setStatusCode(200).end();
                })
                .onFailure(request::fail);
    }

    /** How far it is; a composed one only when it is whole. */
    private static void progress(HttpServerResponse response, Upload upload) {
        if (!upload.composed() || upload.complete()) {
            response.putHeader(OFFSET, Long.toString(upload.offset()));
        }
        if (upload.announced().isPresent()) {
            response.putHeader(LENGTH, Long.toString(upload.announced().getAsLong()));
        } else if (!upload.composed()) {
            response.putHeader(DEFER_LENGTH, "1");
        }
        String concat = upload.open().getClientConcat();
        if (!concat.isEmpty()) {
            response.putHeader(TusConcat.HEADER, concat);
        }
    }

    /** PATCH: appends to an upload, and may say how long it is. */
    public void patch(RoutingContext context) {
        UploadRequest request = accepted(context);
        request.requireContentType(MEDIA_TYPE);
        TusChecksum.apply(request);
        long offset = request.requiredNumber(OFFSET);
        OptionalLong length = request.number(LENGTH);
        ingest.find(Tenant.DEFAULT, request.uploadId(), offset)
                .compose(upload -> length.isPresent() && upload.offset() == offset
                        ? ingest.declareLength(upload, length.getAsLong())
                        : Future.succeededFuture(upload))
                .compose(upload -> ingest.append(upload, offset, request.body()))
                .compose(jobs::await)
                .onSuccess(result -> patched(request, result))
                .onFailure(request::fail);
    }

    /** DELETE: makes an upload unreachable. */
    public void delete(RoutingContext context) {
        UploadRequest request = accepted(context);
        ingest.cancel(Tenant.DEFAULT, request.uploadId())
                .onSuccess(gone -> request.response().setStatusCode(204).end())
                .onFailure(request::fail);
    }

    /** Answers from here on say the version; another one is refused. */
    private static UploadRequest accepted(RoutingContext context) {
        UploadRequest request = UploadRequest.of(context);
        request.response().putHeader(RESUMABLE, VERSION);
        if (!VERSION.equals(request.header(RESUMABLE))) {
            request.response().putHeader("Tus-Version", VERSION);
            throw MillraceException.about(RESUMABLE, ErrorCode.UNSUPPORTED_VERSION, RESUMABLE + " must be " + VERSION);
        }
        return request;
    }

    private static OptionalLong length(UploadRequest request) {
        String deferred = request.header(DEFER_LENGTH);
        if (deferred == null) {
            return OptionalLong.of(request.requiredNumber(LENGTH));
        }
        if (!"1".equals(deferred) || request.has(LENGTH)) {
            throw MillraceException.about(
                    DEFER_LENGTH,
                    ErrorCode.INVALID_REQUEST,
                    DEFER_LENGTH + " must be 1, and stand in place of " + LENGTH);
        }
        return OptionalLong.empty();
    }

    private static OptionalLong lengthOfParts(UploadRequest request) {
        if (request.has(LENGTH) || request.has(DEFER_LENGTH)) {
            throw MillraceException.about(
                    LENGTH, ErrorCode.INVALID_REQUEST, LENGTH + " must not be there: the parts say it");
        }
        return OptionalLong.empty();
    }

    private static boolean hasBody(UploadRequest request) {
        return request.has("Content-Type") && request.body().length().orElse(1) > 0;
    }

    private static void createdWithBytes(UploadRequest request, AppendResult result) {
        switch (result) {
            case Appended(Upload upload) -> createdAt(request, upload);
            case Existing(Upload upload) -> createdAt(request, upload);
            case TooLong(Upload upload, long limit) -> request.fail(IngestService.tooLarge(limit));
            case WrongOffset(Upload upload) -> request.fail(mismatch(upload));
            case Unverified(Upload upload, MillraceException cause) -> request.fail(cause);
            case BrokenOff(Upload upload) -> request.gone();
        }
    }

    private static void createdAt(UploadRequest request, Upload upload) {
        created(request, upload).putHeader(OFFSET, Long.toString(upload.offset()));
        request.end(201);
    }

    private static HttpServerResponse created(UploadRequest request, Upload upload) {
        return described(request.response(), upload)
                .setStatusCode(201)
                .putHeader(HttpHeaders.LOCATION, "/uploads/" + upload.id());
    }

    private static void patched(UploadRequest request, AppendResult result) {
        switch (result) {
            case Appended(Upload upload) -> patchedTo(request, upload);
            case Existing(Upload upload) -> patchedTo(request, upload);
            case TooLong(Upload upload, long limit) -> request.fail(IngestService.tooLarge(limit));
            case WrongOffset(Upload upload) -> request.fail(mismatch(upload));
            case Unverified(Upload upload, MillraceException cause) -> request.fail(cause);
            case BrokenOff(Upload upload) -> request.gone();
        }
    }

    private static void patchedTo(UploadRequest request, Upload upload) {
        described(request.response(), upload)
                .setStatusCode(204)
                .putHeader(OFFSET, Long.toString(upload.offset()))
                .end();
    }

    private static HttpServerResponse described(HttpServerResponse response, Upload upload) {
        upload.expiry().ifPresent(expiry -> response.putHeader("Upload-Expires", HttpDate.of(expiry)));
        return StartedJobs.name(response, upload);
    }

    private static MillraceException mismatch(Upload upload) {
        return MillraceException.about(OFFSET, ErrorCode.OFFSET_MISMATCH, "the upload goes on at " + upload.offset());
    }
}
