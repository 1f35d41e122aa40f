package io.millrace.edge.protocol.ietf;

import static io.millrace.edge.protocol.uploads.UploadRequest.LENGTH;
import static io.millrace.edge.protocol.uploads.UploadRequest.OFFSET;

import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.jobs.JobService;
import io.millrace.edge.protocol.uploads.NewUploads;
import io.millrace.edge.protocol.uploads.StartedJobs;
import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadProtocol;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Resumable uploads for HTTP in interop versions 6 and 8 and without a version. To the two versions a creation is answered with
 * 104 first, over HTTP/1.1.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpbis-resumable-upload/">the drafts</a>
 */
public final class IetfHandler {
    private static final String MEDIA_TYPE = "application/partial-upload";
    private static final String TUS = "Tus-Resumable";

    private final IngestService ingest;
    private final StartedJobs jobs;
    private final NewUploads newUploads;
    private final IetfAnswers answers;

    /** Translates for these services. */
    public IetfHandler(IngestService ingest, JobService jobs, InstantSource clock) {
        this.ingest = ingest;
        this.jobs = new StartedJobs(jobs);
        this.newUploads = new NewUploads(jobs);
        this.answers = new IetfAnswers(ingest.limits(), clock);
    }

    /** Whether a request is of this protocol. Without any header of either, asking and deleting are. */
    public static boolean speaks(RoutingContext context) {
        if (context.request().headers().contains(TUS)) {
            return false;
        }
        HttpMethod method = UploadRequest.methodOf(context);
        return context.request().headers().contains(IetfRequest.COMPLETE)
                || context.request().headers().contains(IetfRequest.VERSION)
                || method.equals(HttpMethod.HEAD)
                || method.equals(HttpMethod.DELETE)
                || MEDIA_TYPE.equals(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
    }

    /** Says what the protocol can do here. */
    public void describe(HttpServerResponse response) {
        response.putHeader("Accept-Patch", MEDIA_TYPE).putHeader(IetfAnswers.LIMIT, answers.limits());
    }

    /** POST: creates an upload with its first bytes, which may be none, or all. */
    public void create(RoutingContext context) {
        IetfRequest request = IetfRequest.of(UploadRequest.of(context));
        answers.guard(request, () -> {
            request.refuse(OFFSET);
            checkSize(request);
            boolean ends = request.ends();
            OptionalLong length = request.length(0);
            boolean known = ends && request.bodyLength().isPresent();
            IetfDigests.apply(request.http());
            NewUpload upload = newUploads
                    .from(
                            request.http(),
                            UploadProtocol.UPLOAD_PROTOCOL_IETF,
                            new NewUploads.Lengths(
                                    known ? length : OptionalLong.empty(), known ? OptionalLong.empty() : length),
                            ContentDisposition.filename(request.http().header("Content-Disposition")),
                            Objects.requireNonNullElse(request.http().header("Content-Type"), ""))
                    .withSha256(IetfDigests.whole(request.http()));
            ingest.createAndAppend(upload, request.http().body(), created -> IetfAnswers.resumable(request, created))
                    .compose(result -> ended(result, ends))
                    .compose(jobs::await)
                    .onSuccess(result -> answered(request, result, 0))
                    .onFailure(failed -> answers.fail(request, failed));
        });
    }

    /** HEAD: says how far an upload is. */
    public void head(RoutingContext context) {
        IetfRequest request = IetfRequest.of(UploadRequest.of(context));
        answers.guard(request, () -> {
            if (request.old()) {
                request.refuse(OFFSET, IetfRequest.COMPLETE, LENGTH);
            }
            ingest.query(Tenant.DEFAULT, request.http().uploadId())
                    .onSuccess(upload -> answers.state(request, upload))
                    .onFailure(failed -> answers.fail(request, failed));
        });
    }

    /** PATCH: appends to an upload, and may end it. */
    public void patch(RoutingContext context) {
        IetfRequest request = IetfRequest.of(UploadRequest.of(context));
        answers.guard(request, () -> {
            request.http().requireContentType(MEDIA_TYPE);
            long offset = request.http().requiredNumber(OFFSET);
            boolean ends = request.ends();
            checkSize(request);
            IetfDigests.apply(request.http());
            OptionalLong length = request.length(offset);
            ingest.find(Tenant.DEFAULT, request.http().uploadId(), offset)
                    .compose(upload -> consistent(request, upload, offset, length))
                    .compose(upload ->
                            ingest.append(upload, offset, request.http().body()))
                    .compose(result -> ended(result, ends))
                    .compose(jobs::await)
                    .onSuccess(result -> answered(request, result, offset))
                    .onFailure(failed -> answers.fail(request, failed));
        });
    }

    /** DELETE: makes an upload unreachable. */
    public void delete(RoutingContext context) {
        IetfRequest request = IetfRequest.of(UploadRequest.of(context));
        answers.guard(request, () -> {
            request.refuse(OFFSET, IetfRequest.COMPLETE);
            ingest.cancel(Tenant.DEFAULT, request.http().uploadId())
                    .onSuccess(
                            gone -> request.http().response().setStatusCode(204).end())
                    .onFailure(failed -> answers.fail(request, failed));
        });
    }

    private void checkSize(IetfRequest request) {
        if (Boolean.FALSE.equals(request.completes())
                && request.http().has(OFFSET)
                && request.bodyLength().orElse(Long.MAX_VALUE) < ingest.limits().minAppendSize()) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST,
                    "an append that does not end its upload must have at least "
                            + ingest.limits().minAppendSize() + " bytes");
        }
    }

    /** The upload, if an append may say that it is this long; where the append ends it, it is from then on. */
    private Future<Upload> consistent(IetfRequest request, Upload upload, long offset, OptionalLong length) {
        if (upload.offset() != offset) {
            return Future.succeededFuture(upload);
        }
        if (upload.complete()) {
            boolean repeated = request.ends() && request.bodyLength().orElse(0) == 0;
            boolean longer = request.bodyLength().orElse(0) > 0;
            return request.old() || !(repeated || longer)
                    ? Future.failedFuture(new MillraceException(ErrorCode.UPLOAD_COMPLETED, "this upload is complete"))
                    : Future.succeededFuture(upload);
        }
        if (length.isEmpty()) {
            return Future.succeededFuture(upload);
        }
        if (upload.announced().orElse(length.getAsLong()) != length.getAsLong()) {
            return Future.failedFuture(new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH,
                    "this upload was announced with " + upload.announced().getAsLong() + " bytes, and now with "
                            + length.getAsLong()));
        }
        return request.ends() ? ingest.declareLength(upload, length.getAsLong()) : Future.succeededFuture(upload);
    }

    /** Completes an upload that its client ends and whose length was not known before. */
    private Future<AppendResult> ended(AppendResult result, boolean ends) {
        if (!ends || !(result instanceof Appended(Upload upload)) || upload.complete()) {
            return Future.succeededFuture(result);
        }
        return ingest.declareLength(upload, upload.offset()).map(Appended::new);
    }

    private void answered(IetfRequest request, AppendResult result, long offset) {
        @Nullable
        Upload excessive = result instanceof AppendResult.TooLong(Upload upload, long limit)
                        && IetfAnswers.exceedsItsLength(upload, limit)
                        && !upload.complete()
                        && !request.old()
                ? upload
                : null;
        if (excessive == null) {
            answers.result(request, result, offset);
            return;
        }
        ingest.cancel(excessive)
                .onSuccess(gone -> answers.result(request, result, offset))
                .onFailure(failed -> answers.fail(request, failed));
    }
}
