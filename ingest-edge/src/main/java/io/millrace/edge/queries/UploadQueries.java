package io.millrace.edge.queries;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.millrace.edge.kafka.PartitionEnds;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.FileList;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.TenantUsage;
import io.millrace.schemas.v1.UploadSequences;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks the assembler how far an upload is. The question carries the present end of the upload's partition, so whatever any
 * edge had acknowledged before is in the answer.
 */
public final class UploadQueries {
    private static final String PATH = "/internal/v1/uploads/";

    /** More than the assembler itself waits for a check to end. */
    private static final Duration SETTLING_TIMEOUT = Duration.ofSeconds(25);

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
        return ask(tenant, uploadId, "", "", InternalApi.ANSWER_TIMEOUT, UploadState.parser());
    }

    /** The upload's state once its digest, if it has one, is checked. Fails like {@link #state}. */
    public Future<UploadState> settled(String tenant, String uploadId) {
        return ask(tenant, uploadId, "", "&settled=true", SETTLING_TIMEOUT, UploadState.parser());
    }

    /** Which chunks of a native upload are there. Fails like {@link #state}. */
    public Future<UploadSequences> sequences(String tenant, String uploadId) {
        return ask(tenant, uploadId, "/sequences", "", InternalApi.ANSWER_TIMEOUT, UploadSequences.parser());
    }

    /**
     * Where the bytes of a complete upload lie: so many pieces, from the one with this byte on; none where the upload is not
     * complete. Fails like {@link #state}.
     */
    public Future<ManifestPage> manifest(String tenant, String uploadId, long from, int pieces) {
        return ask(
                tenant,
                uploadId,
                "/manifest",
                "&from=" + from + "&limit=" + pieces,
                InternalApi.ANSWER_TIMEOUT,
                ManifestPage.parser());
    }

    /**
     * A tenant's complete files, from all assemblers. Fails with {@link ErrorCode#FILE_NOT_FOUND} where there is no file with
     * the id after which they are to begin.
     */
    public Future<FileList> files(String tenant, String after, int limit, String order, String purpose) {
        String query = "?limit=" + limit + "&order=" + order
                + (after.isEmpty() ? "" : "&after=" + encoded(after))
                + (purpose.isEmpty() ? "" : "&purpose=" + encoded(purpose));
        return assembler
                .get(tenant, "/internal/v1/files" + query)
                .map(answer -> parsed(
                        answer.orElseThrow(() -> MillraceException.about(
                                "after", ErrorCode.FILE_NOT_FOUND, "there is no file " + after)),
                        FileList.parser()));
    }

    /** What a tenant has open, at all assemblers. */
    public Future<TenantUsage> usage(String tenant) {
        return assembler
                .get(tenant, "/internal/v1/usage")
                .map(answer -> parsed(
                        answer.orElseThrow(() ->
                                new MillraceException(ErrorCode.UNAVAILABLE, "what is open cannot be counted now")),
                        TenantUsage.parser()));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** The error for an id that names no upload. */
    public static MillraceException unknown(String uploadId) {
        return new MillraceException(ErrorCode.UPLOAD_NOT_FOUND, "there is no upload " + uploadId);
    }

    private <T> Future<T> ask(
            String tenant, String uploadId, String below, String query, Duration patience, Parser<T> parser) {
        String path = PATH + uploadId + below;
        return Future.fromCompletionStage(chunkEnds.of(uploadId), vertx.getOrCreateContext())
                .compose(end -> end.offset() == 0
                        ? Future.failedFuture(unknown(uploadId))
                        : assembler.get(
                                tenant,
                                path + "?partition=" + end.partition() + "&seen=" + (end.offset() - 1) + query,
                                patience))
                .map(answer -> parsed(answer.orElseThrow(() -> unknown(uploadId)), parser));
    }

    private static <T> T parsed(Buffer body, Parser<T> parser) {
        try {
            return parser.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the assembler's answer cannot be read", e);
        }
    }
}
