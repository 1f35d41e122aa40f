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
        return ingest.query(tenant, fileId)
                .recover(failed -> Future.failedFuture(isMissing(failed) ? unknown(fileId, field) : failed))
                .compose(upload -> upload.complete()
                        ? Future.succeededFuture(upload)
                        : Future.failedFuture(MillraceException.about(
                                field,
                                ErrorCode.FILE_NOT_FOUND,
                                "the file " + fileId + " is not complete: " + upload.offset() + " bytes are there")));
    }

    private static boolean isMissing(Throwable failure) {
        return failure instanceof MillraceException known
                && (known.code() == ErrorCode.UPLOAD_NOT_FOUND || known.code() == ErrorCode.UPLOAD_GONE);
    }

    private static MillraceException unknown(String fileId, String field) {
        return MillraceException.about(field, ErrorCode.FILE_NOT_FOUND, "there is no file " + fileId);
    }
}
