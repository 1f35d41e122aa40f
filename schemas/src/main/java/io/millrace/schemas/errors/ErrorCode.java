package io.millrace.schemas.errors;

import java.util.Locale;

/**
 * Everything that can go wrong for a client. The name in lower case is the code on the wire.
 *
 * <p>WebSocket close codes 4000 to 4499 mean "reconnect", 4500 to 4999 "do not".
 */
public enum ErrorCode {
    // What was asked is wrong.
    INVALID_REQUEST(400, 4500, "Correct the field that the message names."),
    INVALID_JSON(400, 4500, "Send valid JSON."),
    MISSING_FIELD(400, 4500, "Add the field that the message names."),
    EMPTY_INPUT(400, 4500, "Send at least one character or token."),
    INPUT_TOO_LONG(400, 4500, "Shorten the input to the limit that the message names."),
    MODEL_NOT_FOUND(404, 4500, "Use a model that GET /v1/models lists."),
    FILE_NOT_FOUND(404, 4500, "Use the id of a complete file."),
    BATCH_NOT_FOUND(404, 4500, "Use the id of an existing batch."),
    REQUEST_NOT_FOUND(404, 4500, "Use the id of an existing request."),
    STREAM_NOT_FOUND(404, 4500, "Use the id of an existing result stream."),
    RANGE_NOT_SATISFIABLE(416, 4500, "Ask for bytes that the file has."),
    NOT_FOUND(404, 4500, "Use a path of the documented interface."),
    METHOD_NOT_ALLOWED(405, 4500, "Use a method that the Allow header lists."),
    IDEMPOTENCY_CONFLICT(409, 4500, "Use a new key for another request, or repeat the first request unchanged."),
    BATCH_RUNNING(409, 4500, "Cancel the batch first, or wait for its end."),
    BATCH_FINISHED(409, 4500, "Nothing is left to do: the batch has ended."),

    // Uploads.
    UPLOAD_NOT_FOUND(404, 4500, "Create a new upload."),
    UPLOAD_GONE(410, 4500, "Create a new upload."),
    OFFSET_MISMATCH(409, 4500, "Ask for the offset and go on from there."),
    INCONSISTENT_LENGTH(400, 4500, "Send as many bytes as were announced."),
    UPLOAD_COMPLETED(400, 4500, "Nothing is left to do: the upload is complete."),
    UNSUPPORTED_VERSION(412, 4500, "Use a protocol version that the answer lists."),
    UNSUPPORTED_MEDIA_TYPE(415, 4500, "Use the content type that the message names."),
    UPLOAD_TOO_LARGE(413, 4500, "Send less than the limit that the message names."),
    UPLOAD_COMPOSED(403, 4500, "Append to its parts before it is composed of them."),
    UPLOAD_LINKED(409, 4500, "Delete the upload of which it is a part first."),
    CHECKSUM_MISMATCH(460, 4500, "Send the bytes again."),
    UNSUPPORTED_CODEC(415, 4500, "Use a codec that the answer to Open lists."),
    DIGEST_MISMATCH(400, 4500, "Send the bytes again."),
    UPLOAD_CONFLICT(409, 4500, "Start a new upload: the same place was sent with other bytes."),

    // Lines of a job's file.
    MISSING_CUSTOM_ID(400, 4500, "Give every line a custom_id."),
    DUPLICATE_CUSTOM_ID(400, 4500, "Give every line its own custom_id; the first one stands."),
    MISSING_BODY(400, 4500, "Give every line a body."),
    UNSUPPORTED_METHOD(400, 4500, "Use the method POST."),
    UNSUPPORTED_URL(400, 4500, "Use the endpoint for which the batch was created."),
    LINE_TOO_LONG(400, 4500, "Keep every line below the limit that the message names."),
    EMPTY_FILE(400, 4500, "Send a file with at least one line."),
    NO_VALID_LINE(400, 4500, "Correct the lines that the batch's results name."),
    FILE_UNREADABLE(410, 4500, "Upload the file again: its content is no longer kept."),

    // Outcomes.
    ATTEMPTS_EXHAUSTED(500, 4500, "Look at the dead letter, then replay."),
    BATCH_EXPIRED(408, 4500, "Submit what did not run again, with a longer completion window."),
    BATCH_CANCELLED(409, 4500, "Submit what did not run again."),
    REQUEST_FINISHED(409, 4500, "Nothing is left to do: the request has ended."),
    REQUEST_CANCELLED(409, 4500, "Ask again, if the result is wanted after all."),
    REQUEST_EXPIRED(408, 4001, "Ask again."),
    REQUEST_RUNNING(408, 4001, "Fetch the result at GET /v1/requests/{id}, with the id that the message names."),
    RESULT_GONE(410, 4500, "Run it again: its result is no longer kept."),
    MODEL_FAILED(500, 4500, "Correct the input, or look at the worker's log."),

    // Not now.
    TOO_MANY_REQUESTS(429, 4029, "Wait as long as Retry-After says."),
    OVERLOADED(503, 4003, "Wait as long as Retry-After says."),
    UNAVAILABLE(503, 4003, "Try again; what was acknowledged is safe."),
    SHUTTING_DOWN(503, 4000, "Connect again; go on from the last position."),

    // Records in topics.
    INVALID_RECORD(400, 4500, "Correct the producer; the dead letter has the record."),
    INTERNAL(500, 4501, "Look at the service's log under the id that the message names.");

    private final int httpStatus;
    private final int closeCode;
    private final String advice;

    ErrorCode(int httpStatus, int closeCode, String advice) {
        this.httpStatus = httpStatus;
        this.closeCode = closeCode;
        this.advice = advice;
    }

    /** The code on the wire. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status of an answer that carries this error. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The code with which a WebSocket is closed for this error. */
    public int closeCode() {
        return closeCode;
    }

    /** Whether the same request can succeed later without a change. */
    public boolean retryable() {
        return closeCode < 4500;
    }

    /** What to do about it. */
    public String advice() {
        return advice;
    }
}
