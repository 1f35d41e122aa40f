package io.millrace.edge.ingest;

import com.google.protobuf.ByteString;
import io.millrace.edge.core.SequenceSet;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.SequenceRange;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadSequences;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/**
 * Uploads that come in numbered chunks, in any order. Every future completes on the caller's event loop; it fails with a
 * {@link MillraceException} when the upload is unknown, gone or failed, or Kafka away.
 */
public final class ChunkedUploads {
    private final Vertx vertx;
    private final IngestService ingest;
    private final ChunkProducer chunks;
    private final UploadQueries queries;
    private final UploadMetrics metrics;

    /** Creates and ends uploads through the service, and writes chunks through the producer. */
    public ChunkedUploads(
            Vertx vertx, IngestService ingest, ChunkProducer chunks, UploadQueries queries, UploadMetrics metrics) {
        this.vertx = vertx;
        this.ingest = ingest;
        this.chunks = chunks;
        this.queries = queries;
        this.metrics = metrics;
    }

    /** The bounds that a client is told. */
    public IngestLimits limits() {
        return ingest.limits();
    }

    /** Creates an upload, or finds the one that was created under the same key. */
    public Future<ChunkedUpload> open(NewUpload request) {
        return ingest.create(request)
                .compose(upload -> request.idempotencyKey().isEmpty()
                        ? Future.succeededFuture(new ChunkedUpload(upload, new SequenceSet()))
                        : find(upload));
    }

    /** How far an upload is; everything acknowledged before, by any edge, is in the answer. */
    public Future<ChunkedUpload> find(Upload upload) {
        return queries.sequences(upload.tenant(), upload.id())
                .map(found -> new ChunkedUpload(alive(found.getState()), there(found)));
    }

    /**
     * Writes a chunk, decoded and checked, whose bytes must not change any more; durable when the future completes. Fails with {@link ErrorCode#UPLOAD_CONFLICT} where it repeats a number
     * with other bytes: the upload has failed then.
     */
    public Future<Void> append(Upload upload, SentChunk chunk, byte[] bytes) {
        Map<String, String> labels = new HashMap<>(Map.of(ChunkHeaders.SEQUENCE, Long.toString(chunk.sequence())));
        chunk.firstLine().ifPresent(line -> labels.put(ChunkHeaders.FIRST_LINE, Long.toString(line)));
        return Future.fromCompletionStage(
                        chunks.data(upload.tenant(), upload.id(), chunk.offset(), bytes, labels),
                        vertx.getOrCreateContext())
                .compose(written -> {
                    metrics.received(bytes.length);
                    return chunk.repeated() ? find(upload).mapEmpty() : Future.succeededFuture();
                });
    }

    /**
     * Ends an upload of which all chunks were acknowledged; the future completes when the file exists. Fails with
     * {@link ErrorCode#INCONSISTENT_LENGTH} where chunks or bytes are missing, or are more than announced, and with
     * {@link ErrorCode#CHECKSUM_MISMATCH} where the content has another digest.
     *
     * @param count how many chunks it has
     * @param sha256 of the content; empty where the client gave none
     */
    public Future<Upload> complete(Upload upload, long count, byte[] sha256) {
        return queries.sequences(upload.tenant(), upload.id()).compose(found -> {
            Upload now = alive(found.getState());
            if (now.complete()) {
                return Future.succeededFuture(now);
            }
            check(found, now, count);
            UploadComplete complete = UploadComplete.newBuilder()
                    .setTenant(now.tenant())
                    .setUploadId(now.id())
                    .setLength(now.offset())
                    .setSha256(ByteString.copyFrom(sha256))
                    .build();
            return Future.fromCompletionStage(
                            chunks.control(RecordKind.COMPLETE, now.tenant(), now.id(), complete),
                            vertx.getOrCreateContext())
                    .compose(written -> queries.settled(now.tenant(), now.id()))
                    .map(ChunkedUploads::finished);
        });
    }

    /** Makes the upload unreachable, at once. */
    public Future<Void> cancel(Upload upload) {
        return ingest.cancel(upload);
    }

    /** Whether more can be handed over without piling up. */
    public boolean room() {
        return chunks.room();
    }

    /** Runs this once, as soon as there is room again, on any thread. */
    public void onRoom(Runnable action) {
        chunks.onRoom(action);
    }

    private static void check(UploadSequences found, Upload now, long count) {
        if (found.getNext() != count || found.getEnd() != count) {
            throw new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH,
                    "the upload has the chunks before " + found.getNext() + ", up to " + found.getEnd() + ", and not "
                            + count);
        }
        if (found.getState().getCovered() != now.offset()) {
            throw new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH, "the chunks leave a gap at byte " + now.offset());
        }
        if (now.announced().orElse(now.offset()) != now.offset()) {
            throw new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH,
                    "the chunks have " + now.offset() + " bytes and not the announced "
                            + now.announced().getAsLong());
        }
    }

    private static SequenceSet there(UploadSequences found) {
        SequenceSet there = new SequenceSet();
        long at = 0;
        for (SequenceRange gap : found.getMissingList()) {
            there.add(at, gap.getFrom());
            at = gap.getTo();
        }
        there.add(at, found.getEnd());
        return there;
    }

    private static Upload finished(UploadState state) {
        Upload upload = alive(state);
        if (!upload.complete()) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the upload is not complete yet");
        }
        return upload;
    }

    private static Upload alive(UploadState state) {
        return switch (state.getStatus()) {
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_VERIFYING, UPLOAD_STATUS_COMPLETE -> Upload.of(state);
            case UPLOAD_STATUS_FAILED -> throw failed(state);
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED, UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new MillraceException(ErrorCode.UPLOAD_GONE, "the upload was cancelled or has expired");
        };
    }

    private static MillraceException failed(UploadState state) {
        String code = state.getFailure().getCode();
        ErrorCode known = code.equals(ErrorCode.CHECKSUM_MISMATCH.code())
                ? ErrorCode.CHECKSUM_MISMATCH
                : ErrorCode.UPLOAD_CONFLICT;
        return new MillraceException(known, state.getFailure().getMessage());
    }
}
