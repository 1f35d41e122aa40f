package io.millrace.edge.ingest;

import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;

/** Which uploads there are, and how far they are: as this edge remembers it where that is enough, else as the assembler says. */
final class KnownUploads {
    private final UploadQueries queries;
    private final OffsetHints hints;
    private final InstantSource clock;

    KnownUploads(UploadQueries queries, int remembered, InstantSource clock) {
        this.queries = queries;
        this.hints = new OffsetHints(remembered);
        this.clock = clock;
    }

    /** An upload about to be continued at an offset: as this edge remembers it, if that is where it left it. */
    Future<Upload> find(String tenant, String uploadId, long offset) {
        return hints.find(tenant, uploadId)
                .filter(hint -> hint.offset() == offset && !hint.expired(clock.instant()))
                .map(Future::succeededFuture)
                .orElseGet(() -> query(tenant, uploadId));
    }

    /** How far an upload is; everything acknowledged before, by any edge, is in the answer. */
    Future<Upload> query(String tenant, String uploadId) {
        return Ids.isValid(Ids.FILE, uploadId)
                ? queries.state(tenant, uploadId).map(this::reachable)
                : Future.failedFuture(UploadQueries.unknown(uploadId));
    }

    /**
     * The same upload once its parts are together and its digest is checked. Fails when that turns out to be wrong, and with
     * {@link ErrorCode#UNAVAILABLE} when it takes too long.
     */
    Future<Upload> settled(Upload upload) {
        return upload.settling()
                ? queries.settled(upload.tenant(), upload.id())
                        .map(this::reachable)
                        .map(KnownUploads::atRest)
                : Future.succeededFuture(upload);
    }

    private static Upload atRest(Upload upload) {
        if (upload.settling()) {
            throw new MillraceException(
                    ErrorCode.UNAVAILABLE,
                    "the upload " + upload.id() + " is not a file yet: "
                            + (upload.verifying()
                                    ? "its digest is being checked"
                                    : "not all of its parts are complete"));
        }
        return upload;
    }

    /** Completes when an upload that was cancelled is gone for everybody. Fails when it is not, because another needs it. */
    Future<Void> awaitGone(Upload cancelled) {
        return query(cancelled.tenant(), cancelled.id())
                .compose(there -> Future.<Void>failedFuture(new MillraceException(
                        ErrorCode.UPLOAD_LINKED, "the upload " + there.id() + " is a part of another one")))
                .recover(failed -> failed instanceof MillraceException known && known.code() == ErrorCode.UPLOAD_GONE
                        ? Future.succeededFuture()
                        : Future.failedFuture(failed));
    }

    Future<FilePage> files(String tenant, FilePage.Query query) {
        return queries.files(
                        tenant, query.after(), query.limit(), query.oldestFirst() ? "asc" : "desc", query.purpose())
                .map(list -> new FilePage(
                        list.getFilesList().stream()
                                .map(Upload::of)
                                .filter(file -> !file.expired(clock.instant()))
                                .toList(),
                        list.getMore()));
    }

    /** What was created under the request's key before; nothing where there is no key or no such upload. */
    Future<Optional<Upload>> existing(NewUpload request, Upload upload) {
        if (request.idempotencyKey().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return query(upload.tenant(), upload.id())
                .map(there -> {
                    if (!there.open().getFingerprint().equals(upload.open().getFingerprint())) {
                        throw new MillraceException(
                                ErrorCode.IDEMPOTENCY_CONFLICT, "another upload was created under this key");
                    }
                    return Optional.of(there);
                })
                .recover(failed ->
                        failed instanceof MillraceException known && known.code() == ErrorCode.UPLOAD_NOT_FOUND
                                ? Future.succeededFuture(Optional.empty())
                                : Future.failedFuture(failed));
    }

    /** Remembers how far this edge itself brought an upload. */
    void reached(Upload upload) {
        if (upload.verifying()) {
            forget(upload);
        } else {
            hints.reached(upload);
        }
    }

    /** Asks, the next time. */
    void forget(Upload upload) {
        hints.forget(upload.tenant(), upload.id());
    }

    private Upload reachable(UploadState state) {
        Upload upload = Upload.of(state);
        return switch (state.getStatus()) {
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_VERIFYING, UPLOAD_STATUS_COMPLETE -> {
                if (upload.expired(clock.instant())) {
                    throw gone(upload.id());
                }
                yield upload;
            }
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED -> throw gone(upload.id());
            case UPLOAD_STATUS_FAILED -> throw failed(state.getFailure());
            case UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new MillraceException(ErrorCode.UNAVAILABLE, "the state of " + upload.id() + " is not known");
        };
    }

    private static MillraceException failed(Failure failure) {
        ErrorCode code = failure.getCode().equals(ErrorCode.CHECKSUM_MISMATCH.code())
                ? ErrorCode.DIGEST_MISMATCH
                : ErrorCode.UPLOAD_CONFLICT;
        return new MillraceException(code, failure.getMessage());
    }

    private static MillraceException gone(String uploadId) {
        return new MillraceException(ErrorCode.UPLOAD_GONE, "the upload " + uploadId + " was cancelled or has expired");
    }
}
