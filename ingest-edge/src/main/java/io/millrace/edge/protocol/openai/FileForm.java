package io.millrace.edge.protocol.openai;

import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.AppendResult.BrokenOff;
import io.millrace.edge.ingest.AppendResult.TooLong;
import io.millrace.edge.ingest.AppendResult.WrongOffset;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.ingest.UploadBody;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadProtocol;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A multipart form with a {@code file} and a {@code purpose}, in either order. The file is written while it arrives; when
 * the form turns out to be wrong or breaks off, its upload is cancelled.
 */
final class FileForm {
    private static final String FILE = "file";
    private static final String PURPOSE = "purpose";
    private static final Set<String> PURPOSES =
            Set.of("assistants", "batch", "evals", "fine-tune", "user_data", "vision");

    private final HttpServerRequest request;
    private final IngestService ingest;
    private final Promise<Upload> done = Promise.promise();
    private @Nullable Future<AppendResult> file;

    FileForm(HttpServerRequest request, IngestService ingest) {
        this.request = request;
        this.ingest = ingest;
    }

    /** The file, complete and durable. */
    Future<Upload> receive() {
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType == null || !contentType.startsWith("multipart/form-data")) {
            throw MillraceException.about(
                    "Content-Type", ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be multipart/form-data");
        }
        request.setExpectMultipart(true);
        request.uploadHandler(this::part);
        request.endHandler(end -> finish());
        request.exceptionHandler(this::malformedOrBroken);
        return done.future();
    }

    private void part(HttpServerFileUpload part) {
        if (file != null || !FILE.equals(part.name())) {
            part.handler(ignored -> {});
            return;
        }
        NewUpload upload = new NewUpload(
                Tenant.DEFAULT,
                UploadProtocol.UPLOAD_PROTOCOL_OPENAI_FILE,
                OptionalLong.empty(),
                part.filename(),
                part.contentType(),
                "",
                "",
                Optional.empty());
        UploadBody body = new UploadBody(part, OptionalLong.empty());
        request.exceptionHandler(failed -> {
            body.cut();
            malformedOrBroken(failed);
        });
        file = ingest.createAndAppend(upload, body).onFailure(done::tryFail).onSuccess(result -> {
            if (result instanceof TooLong(Upload tooLong, long limit)) {
                discard(tooLong, IngestService.tooLarge(limit));
            }
        });
    }

    private void finish() {
        if (file == null) {
            done.tryFail(MillraceException.about(FILE, ErrorCode.MISSING_FIELD, "the form has no part 'file'"));
            return;
        }
        file.onSuccess(result -> {
            switch (result) {
                case Appended(Upload upload) -> complete(upload, request.getFormAttribute(PURPOSE));
                case BrokenOff(Upload upload) -> discard(upload, invalid("the form breaks off"));
                case WrongOffset(Upload upload) ->
                    throw new IllegalStateException("a new upload begins at 0: " + upload.id());
                case AppendResult.Unverified(Upload upload, MillraceException cause) ->
                    throw new IllegalStateException("a form has no digest: " + upload.id());
                case AppendResult.Existing(Upload upload) ->
                    throw new IllegalStateException("a form has no key: " + upload.id());
                case TooLong(Upload upload, long limit) -> {
                    // Refused as soon as it was seen.
                }
            }
        });
    }

    private void complete(Upload upload, @Nullable String purpose) {
        if (purpose == null) {
            discard(
                    upload,
                    MillraceException.about(PURPOSE, ErrorCode.MISSING_FIELD, "the form has no field 'purpose'"));
        } else if (!PURPOSES.contains(purpose)) {
            discard(
                    upload,
                    MillraceException.about(
                            PURPOSE,
                            ErrorCode.INVALID_REQUEST,
                            "purpose must be one of "
                                    + String.join(
                                            ", ", PURPOSES.stream().sorted().toList())));
        } else {
            ingest.complete(upload, purpose).onComplete(done);
        }
    }

    private void malformedOrBroken(Throwable failed) {
        Future<AppendResult> begun = file;
        if (begun == null) {
            done.tryFail(invalid("the form cannot be read"));
            return;
        }
        begun.onSuccess(result -> {
            if (result instanceof BrokenOff(Upload upload)) {
                discard(upload, invalid("the form cannot be read"));
            }
        });
    }

    /** The client cannot go on with it, so nobody else is to find it. */
    private void discard(Upload upload, MillraceException cause) {
        ingest.cancel(upload).onComplete(gone -> done.tryFail(cause));
    }

    private static MillraceException invalid(String message) {
        return new MillraceException(ErrorCode.INVALID_REQUEST, message);
    }
}
