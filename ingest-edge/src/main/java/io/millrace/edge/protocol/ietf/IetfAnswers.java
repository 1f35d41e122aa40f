package io.millrace.edge.protocol.ietf;

import static io.millrace.edge.protocol.uploads.UploadRequest.LENGTH;
import static io.millrace.edge.protocol.uploads.UploadRequest.OFFSET;

import io.millrace.edge.http.StandardProblem;
import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.Existing;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.Unverified;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.ingest.IngestLimits;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.protocol.uploads.StartedJobs;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers in the words of the drafts. */
final class IetfAnswers {
    static final String LIMIT = "Upload-Limit";

    private static final Set<String> INTERIM_VERSIONS = Set.of("6", "8");

    private final IngestLimits limits;
    private final InstantSource clock;

    IetfAnswers(IngestLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** What an upload may be that does not exist yet. */
    String limits() {
        return sizes() + ", max-age=" + limits.lifetime().toSeconds();
    }

    /** Whether an append failed because it went beyond what its upload had announced, and not beyond what any may be. */
    static boolean exceedsItsLength(Upload upload, long limit) {
        return upload.announced().isPresent() && limit >= upload.announced().getAsLong();
    }

    /** Runs the start of a request, and answers where that finds something wrong. */
    void guard(IetfRequest request, Runnable start) {
        try {
            start.run();
        } catch (MillraceException wrong) {
            fail(request, wrong);
        }
    }

    /** Says where a new upload is while its first bytes are coming, to versions that have been tried out. */
    static void resumable(IetfRequest request, Upload upload) {
        @Nullable String version = request.http().header(IetfRequest.VERSION);
        if (version != null && INTERIM_VERSIONS.contains(version)) {
            request.http()
                    .interim(
                            104,
                            "Upload Resumption Supported",
                            Map.of(IetfRequest.VERSION, version, "Location", "/uploads/" + upload.id()));
        }
    }

    void state(IetfRequest request, Upload upload) {
        HttpServerResponse response = progress(request, upload)
                .putHeader(LIMIT, limits(request, upload))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        upload.announced().ifPresent(length -> response.putHeader(LENGTH, Long.toString(length)));
        response.setStatusCode(204).end();
    }

    void result(IetfRequest request, AppendResult result, long offset) {
        switch (result) {
            case Appended(Upload upload) -> done(request, upload, offset);
            case Existing(Upload upload) -> done(request, upload, offset);
            case WrongOffset(Upload upload) -> {
                progress(request, upload);
                request.http()
                        .fail(
                                MillraceException.about(
                                        OFFSET, ErrorCode.OFFSET_MISMATCH, "the upload goes on at " + upload.offset()),
                                StandardProblem.registered(
                                        "mismatching-upload-offset",
                                        Map.of("expected-offset", upload.offset(), "provided-offset", offset)));
            }
            case TooLong(Upload upload, long limit) ->
                fail(
                        request,
                        exceedsItsLength(upload, limit)
                                ? new MillraceException(
                                        ErrorCode.INCONSISTENT_LENGTH,
                                        "the body goes beyond the upload's length of "
                                                + upload.announced().getAsLong())
                                : IngestService.tooLarge(limit));
            case Unverified(Upload upload, MillraceException cause) -> fail(request, cause);
            case BrokenOff(Upload upload) -> request.http().gone();
        }
    }

    private void done(IetfRequest request, Upload upload, long offset) {
        boolean created = offset == 0 || upload.complete() || request.old();
        progress(request, upload)
                .putHeader(HttpHeaders.LOCATION, "/uploads/" + upload.id())
                .putHeader(LIMIT, limits(request, upload));
        request.http().end(created ? 201 : 204);
    }

    /** Answers with an error, in the way in which the client's version has it. */
    void fail(IetfRequest request, Throwable failed) {
        if (!(failed instanceof MillraceException known)) {
            request.http().fail(failed);
            return;
        }
        switch (known.code()) {
            case INCONSISTENT_LENGTH ->
                request.http().fail(known, StandardProblem.registered("inconsistent-upload-length", Map.of()));
            case UPLOAD_COMPLETED ->
                request.http().fail(known, StandardProblem.registered("completed-upload", Map.of()));
            case DIGEST_MISMATCH ->
                request.http().fail(known, StandardProblem.registered("digest-mismatching-values", Map.of()));
            case UPLOAD_GONE ->
                request.http()
                        .fail(
                                request.old()
                                        ? new MillraceException(ErrorCode.UPLOAD_NOT_FOUND, known.getMessage())
                                        : known);
            case UPLOAD_TOO_LARGE -> {
                request.http().response().putHeader(LIMIT, limits());
                request.http().fail(known);
            }
            default -> request.http().fail(known);
        }
    }

    private static HttpServerResponse progress(IetfRequest request, Upload upload) {
        return StartedJobs.name(request.http().response(), upload)
                .putHeader(OFFSET, Long.toString(upload.offset()))
                .putHeader(IetfRequest.COMPLETE, upload.complete() ? "?1" : "?0");
    }

    private String limits(IetfRequest request, Upload upload) {
        String age = request.old() ? "expires" : "max-age";
        return upload.expiry()
                .map(expiry -> Duration.between(clock.instant(), expiry).toSeconds())
                .map(seconds -> sizes() + ", " + age + "=" + Math.max(0, seconds))
                .orElseGet(this::sizes);
    }

    private String sizes() {
        return "max-size=" + limits.maxUploadSize() + ", max-append-size=" + limits.maxAppendSize()
                + ", min-append-size=" + limits.minAppendSize();
    }
}
