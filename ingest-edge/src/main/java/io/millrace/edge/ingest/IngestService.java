package io.millrace.edge.ingest;

import com.google.protobuf.MessageLite;
import io.millrace.edge.core.AppendDecision;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.Existing;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads, whatever the protocol. Without locks: two appends to one upload at once, on one edge or on two, overlap in the
 * chunk topic, and the first durable bytes of a place win. Every future completes on the caller's event loop; it fails with a
 * {@link MillraceException} when the upload is unknown or gone, or Kafka away.
 */
public final class IngestService {
    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);

    private final Vertx vertx;
    private final ChunkProducer chunks;
    private final UploadQueries queries;
    private final IngestLimits limits;
    private final UploadAdmission newUploads;
    private final OffsetHints hints;
    private final UploadMetrics metrics;
    private final InstantSource clock;

    /** Appends through this producer, and asks these queries where it knows no offset itself. */
    public IngestService(
            Vertx vertx,
            ChunkProducer chunks,
            UploadQueries queries,
            IngestLimits limits,
            UploadMetrics metrics,
            InstantSource clock) {
        this.vertx = vertx;
        this.chunks = chunks;
        this.queries = queries;
        this.limits = limits;
        this.newUploads = new UploadAdmission(limits, clock);
        this.hints = new OffsetHints(limits.offsetHints());
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Creates an upload; it is durable when the future completes. Under an idempotency key it may be there already, and
     * further than its beginning.
     */
    public Future<Upload> create(NewUpload request) {
        Upload upload = newUploads.admit(request);
        return existing(request, upload)
                .compose(existing -> existing.map(Future::succeededFuture)
                        .orElseGet(() -> opened(upload).map(durable -> {
                            hints.reached(upload);
                            return upload;
                        })));
    }

    /**
     * Creates an upload and appends its first bytes, without waiting in between. Where the upload was there already and has
     * bytes, the body is not read, and the result says how far it is.
     */
    public Future<AppendResult> createAndAppend(NewUpload request, UploadBody body) {
        Upload upload = newUploads.admit(request);
        if (request.idempotencyKey().isEmpty()) {
            return createAndAppend(upload, body);
        }
        return existing(request, upload)
                .compose(existing -> existing.map(there -> there.offset() > 0 || there.complete()
                                ? Future.<AppendResult>succeededFuture(new Existing(there))
                                : append(there, 0, body))
                        .orElseGet(() -> createAndAppend(upload, body)));
    }

    private Future<AppendResult> createAndAppend(Upload upload, UploadBody body) {
        return switch (decision(upload, 0, body)) {
            case AppendDecision.Accept(long room) -> {
                Future<Void> opened = opened(upload);
                Future<AppendResult> appended = write(upload, room, body);
                yield opened.compose(durable -> appended);
            }
            case AppendDecision.TooLong(long limit) -> Future.succeededFuture(tooLong(upload, limit));
            case AppendDecision.WrongOffset(long expected) ->
                throw new IllegalStateException("a new upload begins at 0 and not at " + expected);
        };
    }

    /** Appends a body at an offset. The body is only read when it starts where the upload goes on. */
    public Future<AppendResult> append(String tenant, String uploadId, long offset, UploadBody body) {
        return find(tenant, uploadId, offset).compose(upload -> append(upload, offset, body));
    }

    /** An upload about to be continued at an offset: as this edge remembers it, if that is where it left it. */
    public Future<Upload> find(String tenant, String uploadId, long offset) {
        return hints.find(tenant, uploadId)
                .filter(hint -> hint.offset() == offset && !hint.expired(clock.instant()))
                .map(Future::succeededFuture)
                .orElseGet(() -> query(tenant, uploadId));
    }

    /** Appends a body to an upload that was just found. */
    public Future<AppendResult> append(Upload upload, long offset, UploadBody body) {
        return switch (decision(upload, offset, body)) {
            case AppendDecision.Accept(long room) -> write(upload, room, body);
            case AppendDecision.WrongOffset(long expected) -> Future.succeededFuture(new WrongOffset(upload));
            case AppendDecision.TooLong(long limit) -> Future.succeededFuture(tooLong(upload, limit));
        };
    }

    /**
     * Says how long an upload is that began without a length; it completes when it has reached it. Fails with
     * {@link ErrorCode#INCONSISTENT_LENGTH} where it was said otherwise before, or more is there already.
     */
    public Future<Upload> declareLength(Upload upload, long length) {
        if (length > limits.maxUploadSize()) {
            return Future.failedFuture(tooLarge(limits.maxUploadSize()));
        }
        if (upload.announced().orElse(length) != length || length < upload.offset()) {
            return Future.failedFuture(new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH,
                    "this upload has " + upload.offset() + " bytes of "
                            + upload.announced().orElse(length) + " and cannot become " + length + " bytes long"));
        }
        if (upload.length().isPresent()) {
            return Future.succeededFuture(upload);
        }
        UploadComplete complete = UploadComplete.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setLength(length)
                .build();
        Upload declared = upload.withLength(length);
        return control(RecordKind.COMPLETE, upload, complete).map(durable -> {
            hints.reached(declared);
            if (declared.complete()) {
                completed(declared);
            }
            return declared;
        });
    }

    /** Declares an upload whose length was not known complete at its present offset. */
    public Future<Upload> complete(Upload upload, String purpose) {
        UploadComplete complete = UploadComplete.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setLength(upload.offset())
                .setPurpose(purpose)
                .build();
        UploadOpen open = upload.open().toBuilder().setPurpose(purpose).build();
        Upload file = new Upload(open, upload.status(), OptionalLong.of(upload.offset()), upload.offset())
                .at(upload.offset());
        return control(RecordKind.COMPLETE, upload, complete).map(durable -> {
            hints.forget(upload.tenant(), upload.id());
            completed(file);
            return file;
        });
    }

    /** Makes an upload or file unreachable, at once. */
    public Future<Void> cancel(String tenant, String uploadId) {
        return query(tenant, uploadId).compose(this::cancel);
    }

    /** Makes an upload unreachable that is known to exist. */
    public Future<Void> cancel(Upload upload) {
        UploadCancel cancel = UploadCancel.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setCause(CancelCause.CANCEL_CAUSE_CLIENT)
                .build();
        hints.forget(upload.tenant(), upload.id());
        return control(RecordKind.CANCEL, upload, cancel).onSuccess(durable -> {
            metrics.cancelled();
            LOG.atInfo().addKeyValue("upload", upload.id()).log("upload cancelled");
        });
    }

    /** How far an upload is, seen by all edges alike: everything acknowledged before is in the answer. */
    public Future<Upload> query(String tenant, String uploadId) {
        if (!Ids.isValid(Ids.FILE, uploadId)) {
            return Future.failedFuture(UploadQueries.unknown(uploadId));
        }
        return queries.state(tenant, uploadId).map(state -> switch (state.getStatus()) {
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_VERIFYING, UPLOAD_STATUS_COMPLETE -> unexpired(Upload.of(state));
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED -> throw gone(uploadId);
            case UPLOAD_STATUS_FAILED ->
                throw new MillraceException(
                        ErrorCode.UPLOAD_CONFLICT, state.getFailure().getMessage());
            case UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new MillraceException(ErrorCode.UNAVAILABLE, "the state of " + uploadId + " is not known");
        });
    }

    /** The bounds that a client is told. */
    public IngestLimits limits() {
        return limits;
    }

    /** What was created under the same key before. */
    private Future<Optional<Upload>> existing(NewUpload request, Upload upload) {
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

    private Upload unexpired(Upload upload) {
        if (upload.expired(clock.instant())) {
            throw gone(upload.id());
        }
        return upload;
    }

    private Future<Void> opened(Upload upload) {
        return control(RecordKind.OPEN, upload, upload.open()).onSuccess(durable -> {
            metrics.created(upload.open().getProtocol());
            LOG.atInfo()
                    .addKeyValue("upload", upload.id())
                    .addKeyValue("protocol", upload.open().getProtocol())
                    .log("upload created");
            if (upload.complete()) {
                completed(upload);
            }
        });
    }

    private AppendDecision decision(Upload upload, long offset, UploadBody body) {
        AppendDecision decision =
                AppendDecision.of(offset, body.length(), upload.offset(), upload.announced(), limits.maxUploadSize());
        if (!(decision instanceof AppendDecision.Accept(long room)) || room <= limits.maxAppendSize()) {
            return decision;
        }
        return body.length().orElse(0) > limits.maxAppendSize()
                ? new AppendDecision.TooLong(limits.maxAppendSize())
                : new AppendDecision.Accept(limits.maxAppendSize());
    }

    private Future<AppendResult> write(Upload upload, long room, UploadBody body) {
        return new BodyPump(vertx, chunks, limits, upload, room, body)
                .start()
                .onFailure(failed -> hints.forget(upload.tenant(), upload.id()))
                .map(written -> result(upload, room, written));
    }

    private AppendResult result(Upload before, long room, BodyPump.Result written) {
        Upload after = before.at(written.reached());
        hints.reached(after);
        metrics.received(after.offset() - before.offset());
        if (after.complete() && !before.complete()) {
            completed(after);
        }
        if (written.overflowed()) {
            return tooLong(after, before.offset() + room);
        }
        LOG.atDebug()
                .addKeyValue("upload", after.id())
                .addKeyValue("offset", after.offset())
                .addKeyValue("brokenOff", written.brokenOff())
                .log("bytes appended");
        return written.brokenOff() ? new BrokenOff(after) : new Appended(after);
    }

    private static AppendResult tooLong(Upload upload, long limit) {
        return new TooLong(upload, limit);
    }

    private void completed(Upload upload) {
        metrics.completed();
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("bytes", upload.offset())
                .addKeyValue("job", upload.jobId().orElse("none"))
                .log("upload complete");
    }

    private Future<Void> control(RecordKind kind, Upload upload, MessageLite message) {
        return Future.fromCompletionStage(
                        chunks.control(kind, upload.tenant(), upload.id(), message), vertx.getOrCreateContext())
                .mapEmpty();
    }

    /** The error for an upload that is longer than allowed. */
    public static MillraceException tooLarge(long limit) {
        return new MillraceException(ErrorCode.UPLOAD_TOO_LARGE, "this upload may have at most " + limit + " bytes");
    }

    private static MillraceException gone(String uploadId) {
        return new MillraceException(ErrorCode.UPLOAD_GONE, "the upload " + uploadId + " was cancelled or has expired");
    }
}
