package io.millrace.edge.queries;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.millrace.edge.kafka.PartitionEnds;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Asks the assembler how far an upload is. The question carries the present end of the upload's partition, so whatever any
 * edge had acknowledged before is in the answer.
 */
public final class UploadQueries {
    private final Vertx vertx;
    private final InternalApi assembler;
    private final PartitionEnds chunkEnds;

    /** Asks this service; the ends are those of the chunk topic. */
    public UploadQueries(Vertx vertx, InternalApi assembler, PartitionEnds chunkEnds) {
        this.vertx = vertx;
        this.assembler = assembler;
        this.chunkEnds = chunkEnds;
    }

    /** The upload's state, whatever it is. Fails with {@link ErrorCode#UPLOAD_NOT_FOUND} where there never was one. */
    public Future<UploadState> state(String tenant, String uploadId) {
        return Future.fromCompletionStage(chunkEnds.of(uploadId), vertx.getOrCreateContext())
                .compose(end -> end.offset() == 0
                        ? Future.failedFuture(unknown(uploadId))
                        : ask(tenant, uploadId, end.partition(), end.offset() - 1));
    }

    /** Where the bytes of a complete upload lie: so many pieces, from the one with this byte on. */
    public Future<ManifestPage> manifest(String tenant, String uploadId, long from, int pieces) {
        return assembler
                .get(tenant, "/internal/v1/uploads/" + uploadId + "/manifest?from=" + from + "&limit=" + pieces)
                .map(answer -> parsed(answer.orElseThrow(() -> unknown(uploadId)), ManifestPage.parser()));
    }

    /** The error for an id that names no upload. */
    public static MillraceException unknown(String uploadId) {
        return new MillraceException(ErrorCode.UPLOAD_NOT_FOUND, "there is no upload " + uploadId);
    }

    private Future<UploadState> ask(String tenant, String uploadId, int partition, long seen) {
        return assembler
                .get(tenant, "/internal/v1/uploads/" + uploadId + "?partition=" + partition + "&seen=" + seen)
                .map(answer -> parsed(answer.orElseThrow(() -> unknown(uploadId)), UploadState.parser()));
    }

    private static <T> T parsed(Buffer body, Parser<T> parser) {
        try {
            return parser.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the assembler's answer cannot be read", e);
        }
    }
}
