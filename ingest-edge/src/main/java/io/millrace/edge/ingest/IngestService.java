package io.millrace.edge.ingest;

import io.millrace.edge.core.AppendDecision;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.Existing;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.Unverified;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Uploads, whatever the protocol. Without locks: two appends to one upload at once, on one edge or on two, overlap in the
 * chunk topic, and the first durable bytes of a place win. Every future completes on the caller's event loop; it fails with a
 * {@link MillraceException} when the upload is unknown or gone, or Kafka away.
 */
public final class IngestService {
    private final Vertx vertx;
    private final ChunkProducer chunks;
    private final IngestLimits limits;
    private final UploadAdmission newUploads;
    private final UploadQuota quota;
    private final KnownUploads known;
    private final UploadJournal journal;

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
        this.limits = limits;
        this.newUploads = new UploadAdmission(limits, clock);
        this.quota = new UploadQuota(queries, limits, clock);
        this.known = new KnownUploads(queries, limits.offsetHints(), clock);
        this.journal = new UploadJournal(vertx, chunks, metrics);
    }

    /**
     * Creates an upload; it is durable when the future completes. Under an idempotency key it may be there already, and
     * further than its beginning.
     */
    public Future<Upload> create(NewUpload request) {
        Upload upload = newUploads.admit(request);
        return known.existing(request, upload)
                .compose(existing -> existing.map(Future::succeededFuture)
                        .orElseGet(() -> quota.admit(upload)
                                .compose(admitted -> journal.opened(upload))
                                .compose(durable -> {
                                    known.reached(upload);
                                    return upload.verifying() ? known.settled(upload) : Future.succeededFuture(upload);
                                })));
    }

    /**
     * Creates an upload and appends its first bytes, without waiting in between. Where the upload was there already and has
     * bytes, the body is not read, and the result says how far it is.
     */
    public Future<AppendResult> createAndAppend(NewUpload request, UploadBody body) {
        return createAndAppend(request, body, created -> {});
    }

    /**
     * The same.
     *
     * @param opened called on the caller's event loop as soon as the upload is durable, while its bytes are still coming
     */
    public Future<AppendResult> createAndAppend(NewUpload request, UploadBody body, Consumer<Upload> opened) {
        Upload upload = newUploads.admit(request);
        if (request.idempotencyKey().isEmpty()) {
            return quota.admit(upload).compose(admitted -> createAndAppend(upload, body, opened));
        }
        return known.existing(request, upload)
                .compose(existing -> existing.map(there -> there.offset() > 0 || there.complete()
                                ? Future.<AppendResult>succeededFuture(new Existing(there))
                                : append(there, 0, body))
                        .orElseGet(
                                () -> quota.admit(upload).compose(admitted -> createAndAppend(upload, body, opened))));
    }

    private Future<AppendResult> createAndAppend(Upload upload, UploadBody body, Consumer<Upload> onOpened) {
        return switch (decision(upload, 0, body)) {
            case AppendDecision.Accept(long room) -> {
                Future<Void> opened = journal.opened(upload).onSuccess(durable -> onOpened.accept(upload));
                Future<AppendResult> appended = write(upload, room, body);
                yield opened.compose(durable -> appended)
                        .compose(result -> body.checked()
                                        && upload.open().getFingerprint().isEmpty()
                                        && !(result instanceof Appended)
                                ? cancel(upload).map(result)
                                : Future.succeededFuture(result));
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
        return known.find(tenant, uploadId, offset).map(upload -> {
            if (upload.composed()) {
                throw new MillraceException(
                        ErrorCode.UPLOAD_COMPOSED, "this upload consists of others and takes no bytes itself");
            }
            return upload;
        });
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
        return journal.declared(upload, length).onSuccess(known::reached).compose(known::settled);
    }

    /**
     * Declares an upload whose length was not known complete at its present offset.
     *
     * @param fileLifetimeMs how long the file can be used from its creation on; 0 where nothing is said
     */
    public Future<Upload> complete(Upload upload, String purpose, long fileLifetimeMs) {
        known.forget(upload);
        return journal.ended(upload, purpose, fileLifetimeMs);
    }

    /** Makes an upload or file unreachable, at once. Fails with {@link ErrorCode#UPLOAD_LINKED} where others need it. */
    public Future<Void> cancel(String tenant, String uploadId) {
        return query(tenant, uploadId).compose(upload -> cancel(upload).compose(durable -> known.awaitGone(upload)));
    }

    /** Makes an upload unreachable that is known to exist. */
    public Future<Void> cancel(Upload upload) {
        known.forget(upload);
        return journal.cancelled(upload);
    }

    /** How far an upload is, seen by all edges alike: everything acknowledged before is in the answer. */
    public Future<Upload> query(String tenant, String uploadId) {
        return known.query(tenant, uploadId);
    }

    /**
     * A file: the upload of this id, once it is complete. Waits for one that becomes a file by itself; fails with {@link
     * ErrorCode#FILE_NOT_FOUND} where the client has yet to go on.
     */
    public Future<Upload> file(String tenant, String fileId) {
        return known.query(tenant, fileId).compose(known::settled).map(upload -> {
            if (!upload.complete()) {
                throw new MillraceException(
                        ErrorCode.FILE_NOT_FOUND,
                        "the file " + fileId + " is not complete: " + upload.offset() + " bytes are there");
            }
            return upload;
        });
    }

    /** Some of a tenant's files. Fails with {@link ErrorCode#FILE_NOT_FOUND} when it begins after one that is not there. */
    public Future<FilePage> files(String tenant, FilePage.Query query) {
        return known.files(tenant, query);
    }

    /** The same upload once all that was to become of it has: its parts together, its digest checked. */
    public Future<Upload> settled(Upload upload) {
        return known.settled(upload);
    }

    /** The bounds that a client is told. */
    public IngestLimits limits() {
        return limits;
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
        Optional<String> append = body.check().map(condition -> Ids.create("append_", System.currentTimeMillis()));
        return new BodyPump(vertx, chunks, limits, upload, room, body, append)
                .start()
                .compose(written -> append.map(id -> admitted(upload, room, body, id, written))
                        .orElseGet(() -> Future.succeededFuture(result(upload, room, written))))
                .compose(result -> result instanceof Appended(Upload reached) && reached.verifying()
                        ? known.settled(reached).map(Appended::new)
                        : Future.succeededFuture(result))
                .onFailure(failed -> known.forget(upload));
    }

    /** All of a checked body counts from here on, or nothing. */
    private Future<AppendResult> admitted(
            Upload upload, long room, UploadBody body, String append, BodyPump.Result written) {
        if (written.overflowed()) {
            return Future.succeededFuture(tooLong(upload, upload.offset() + room));
        }
        if (written.brokenOff()) {
            return Future.succeededFuture(new BrokenOff(upload));
        }
        try {
            body.check().ifPresent(BodyCheck::verify);
        } catch (MillraceException wrong) {
            return Future.succeededFuture(new Unverified(upload, wrong));
        }
        return journal.committed(upload, append).map(durable -> result(upload, room, written));
    }

    private AppendResult result(Upload before, long room, BodyPump.Result written) {
        Upload after = before.at(written.reached());
        known.reached(after);
        journal.appended(before, after, written.brokenOff());
        if (written.overflowed()) {
            return tooLong(after, before.offset() + room);
        }
        return written.brokenOff() ? new BrokenOff(after) : new Appended(after);
    }

    private static AppendResult tooLong(Upload upload, long limit) {
        return new TooLong(upload, limit);
    }

    /** The error for an upload that is longer than allowed. */
    public static MillraceException tooLarge(long limit) {
        return new MillraceException(ErrorCode.UPLOAD_TOO_LARGE, "this upload may have at most " + limit + " bytes");
    }
}
