package io.millrace.edge.protocol.openai;

import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.Upload;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;

/** Uploads as OpenAI's clients see them: only complete ones exist. */
final class Files {
    private Files() {}

    /** The file. Fails with {@link ErrorCode#FILE_NOT_FOUND}, about this field, unless it is complete. */
    static Future<Upload> complete(IngestService ingest, String tenant, String fileId, String field) {
        return ingest.file(tenant, fileId)
                .recover(failed -> Future.failedFuture(
                        failed instanceof MillraceException known ? missing(known, fileId, field) : failed));
    }

    private static MillraceException missing(MillraceException failure, String fileId, String field) {
        return switch (failure.code()) {
            case UPLOAD_NOT_FOUND, UPLOAD_GONE ->
                MillraceException.about(field, ErrorCode.FILE_NOT_FOUND, "there is no file " + fileId);
            case FILE_NOT_FOUND ->
                MillraceException.about(field, ErrorCode.FILE_NOT_FOUND, String.valueOf(failure.getMessage()));
            default -> failure;
        };
    }
}
