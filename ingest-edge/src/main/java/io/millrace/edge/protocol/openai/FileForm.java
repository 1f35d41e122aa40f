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
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A multipart form with a file and perhaps a {@code purpose}, in either order. The file is written while it arrives; when
 * the form turns out to be wrong or breaks off, its upload is cancelled.
 */
final class FileForm {
    private static final String PURPOSE = "purpose";

    private final HttpServerRequest request;
    private final IngestService ingest;
    private final String field;
    private final Function<HttpServerFileUpload, NewUpload> upload;
    private final boolean purposed;
    private final Promise<Upload> done = Promise.promise();
    private @Nullable Future<AppendResult> file;

    /**
     * A form that is not read yet.
     *
     * @param field in which the bytes are
     * @param upload what they are to become
     * @param purposed whether another field says what they are for
     */
    FileForm(
            HttpServerRequest request,
            IngestService ingest,
            String field,
            Function<HttpServerFileUpload, NewUpload> upload,
            boolean purposed) {
        this.request = request;
        this.ingest = ingest;
        this.field = field;
        this.upload = upload;
        this.purposed = purposed;
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
        if (file != null || !field.equals(part.name())) {
            part.handler(ignored -> {});
            return;
        }
        UploadBody body = new UploadBody(part, OptionalLong.empty());
        request.exceptionHandler(failed -> {
            body.cut();
            malformedOrBroken(failed);
        });
        file = ingest.createAndAppend(upload.apply(part), body)
                .onFailure(done::tryFail)
                .onSuccess(result -> {
                    if (result instanceof TooLong(Upload tooLong, long limit)) {
                        discard(tooLong, IngestService.tooLarge(limit));
                    }
                });
    }

    private void finish() {
        if (file == null) {
            done.tryFail(MillraceException.about(
                    field, ErrorCode.MISSING_FIELD, "the form has no file in a field '" + field + "'"));
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

    private void complete(Upload received, @Nullable String purpose) {
        if (!purposed) {
            ingest.complete(received, "", 0).onComplete(done);
        } else if (purpose == null) {
            discard(
                    received,
                    MillraceException.about(PURPOSE, ErrorCode.MISSING_FIELD, "the form has no field 'purpose'"));
        } else {
            try {
                ingest.complete(received, FilePurpose.check(purpose), lifetime())
                        .onComplete(done);
            } catch (MillraceException wrong) {
                discard(received, wrong);
            }
        }
    }

    private long lifetime() {
        return FileLifetime.of(
                request.getFormAttribute(FileLifetime.FIELD + "[anchor]"),
                request.getFormAttribute(FileLifetime.FIELD + "[seconds]"));
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
