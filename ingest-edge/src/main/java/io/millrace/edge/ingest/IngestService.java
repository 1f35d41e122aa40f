package io.millrace.edge.ingest;

import com.google.protobuf.MessageLite;
import io.millrace.edge.core.AppendDecision;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
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
        this.hints = new OffsetHints(limits.offsetHints());
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Creates an upload; it is durable when the future completes. */
    public Future<Upload> create(NewUpload request) {
        Upload upload = admitted(request);
        return opened(upload).map(durable -> {
            hints.reached(upload);
            return upload;
        });
    }

    /** Creates an upload and appends its first bytes, without waiting in between. */
    public Future<AppendResult> createAndAppend(NewUpload request, UploadBody body) {
        Upload upload = admitted(request);
        AppendDecision decision = AppendDecision.of(0, body.length(), 0, upload.length(), limits.maxUploadSize());
        return switch (decision) {
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
        return hints.find(tenant, uploadId)
                .filter(hint -> hint.offset() == offset)
                .map(Future::succeededFuture)
                .orElseGet(() -> query(tenant, uploadId))
                .compose(upload -> append(upload, offset, body));
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
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_COMPLETE -> Upload.of(state);
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED -> throw gone(uploadId);
            case UPLOAD_STATUS_FAILED ->
                throw new MillraceException(
                        ErrorCode.UPLOAD_CONFLICT, state.getFailure().getMessage());
            case UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new MillraceException(ErrorCode.UNAVAILABLE, "the state of " + uploadId + " is not known");
        });
    }

    /** The most bytes that one upload may have. */
    public long maxUploadSize() {
        return limits.maxUploadSize();
    }

    private Upload admitted(NewUpload request) {
        if (request.length().orElse(0) > limits.maxUploadSize()) {
            throw tooLarge(limits.maxUploadSize());
        }
        long now = clock.millis();
        String id = Ids.create(Ids.FILE, now);
        UploadOpen.Builder open = UploadOpen.newBuilder()
                .setTenant(request.tenant())
                .setUploadId(id)
                .setProtocol(request.protocol())
                .setFilename(request.filename())
                .setContentType(request.contentType())
                .setPurpose(request.purpose())
                .setClientMetadata(request.clientMetadata())
                .setCreatedAtMs(now);
        request.length().ifPresent(open::setLength);
        request.job()
                .ifPresent(job -> open.setJob(job.toBuilder()
                        .setJobId(Ids.jobOfUpload(request.tenant(), id))
                        .build()));
        return Upload.created(open.build());
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

    private Future<AppendResult> append(Upload upload, long offset, UploadBody body) {
        return switch (AppendDecision.of(
                offset, body.length(), upload.offset(), upload.length(), limits.maxUploadSize())) {
            case AppendDecision.Accept(long room) -> write(upload, room, body);
            case AppendDecision.WrongOffset(long expected) -> Future.succeededFuture(new WrongOffset(upload));
            case AppendDecision.TooLong(long limit) -> Future.succeededFuture(tooLong(upload, limit));
        };
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
