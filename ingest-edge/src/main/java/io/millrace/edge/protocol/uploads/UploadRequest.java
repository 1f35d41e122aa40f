package io.millrace.edge.protocol.uploads;

import io.millrace.edge.http.InterimResponse;
import io.millrace.edge.http.RequestDrain;
import io.millrace.edge.http.RequestTrailers;
import io.millrace.edge.http.StandardProblem;
import io.millrace.edge.ingest.UploadBody;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request about an upload, its body paused, and its answer. */
public final class UploadRequest {
    /** Where the upload is, or where the body belongs. */
    public static final String OFFSET = "Upload-Offset";
    /** How long the upload will be. */
    public static final String LENGTH = "Upload-Length";

    private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int LONGEST_KEY = 255;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final UploadBody body;

    private UploadRequest(RoutingContext context) {
        this.context = context;
        this.request = context.request();
        this.body = new UploadBody(request, contentLength());
    }

    /** Takes over a request. */
    public static UploadRequest of(RoutingContext context) {
        return new UploadRequest(context);
    }

    /** The method that is meant: clients that cannot send every method name it in a header. */
    public static HttpMethod methodOf(RoutingContext context) {
        String override = context.request().getHeader(METHOD_OVERRIDE);
        return override == null ? context.request().method() : HttpMethod.valueOf(override);
    }

    /** The upload that the path names; perhaps no id at all. */
    public String uploadId() {
        return context.pathParam("id");
    }

    /** A header's value, where it is there. */
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    /** Whether a header is there. */
    public boolean has(String name) {
        return request.headers().contains(name);
    }

    /**
     * A header that is a number.
     *
     * @throws MillraceException if it is there and no whole number of at least 0
     */
    public OptionalLong number(String name) {
        String value = request.getHeader(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && Character.isDigit(value.charAt(0))) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            throw invalidNumber(name);
        }
        throw invalidNumber(name);
    }

    /**
     * A header that is a number and must be there.
     *
     * @throws MillraceException if it is no whole number of at least 0
     */
    public long requiredNumber(String name) {
        return number(name)
                .orElseThrow(() -> MillraceException.about(name, ErrorCode.INVALID_REQUEST, name + " is missing"));
    }

    /**
     * The key under which the same upload is meant whenever it is sent.
     *
     * @throws MillraceException if it is empty or too long
     */
    public Optional<String> idempotencyKey() {
        @Nullable String key = request.getHeader(IDEMPOTENCY_KEY);
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
            throw MillraceException.about(
                    IDEMPOTENCY_KEY,
                    ErrorCode.INVALID_REQUEST,
                    IDEMPOTENCY_KEY + " must have 1 to " + LONGEST_KEY + " characters");
        }
        return Optional.ofNullable(key);
    }

    /** @throws MillraceException if the body does not have this media type */
    public void requireContentType(String mediaType) {
        if (!mediaType.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            throw MillraceException.about(
                    "Content-Type", ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + mediaType);
        }
    }

    /** The body, which nobody has read yet. */
    public UploadBody body() {
        return body;
    }

    /** The trailers that follow the body. To be asked for before the request's handler returns. */
    public RequestTrailers trailers() {
        return RequestTrailers.of(request);
    }

    /** Tells a client that waits for it where its upload is, while it is still sending. */
    public void interim(int status, String reason, Map<String, String> headers) {
        InterimResponse.send(request, status, reason, headers);
    }

    /** The answer. */
    public HttpServerResponse response() {
        return context.response();
    }

    /** Answers, even where the client is still sending a body that nobody wants. */
    public void end(int status) {
        context.response().setStatusCode(status).end();
        RequestDrain.rest(context.vertx(), request);
    }

    /** Answers with an error. */
    public void fail(Throwable cause) {
        context.fail(cause);
    }

    /** Answers with an error of which a standard says more. */
    public void fail(Throwable cause, StandardProblem problem) {
        context.put(StandardProblem.KEY, problem);
        context.fail(cause);
    }

    /** Nobody is there to be answered. */
    public void gone() {
        request.connection().close();
    }

    /** Before HTTP/2, a request without a length and without chunks has no body. */
    private OptionalLong contentLength() {
        OptionalLong length = number("Content-Length");
        boolean none = length.isEmpty()
                && request.version() != HttpVersion.HTTP_2
                && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null;
        return none ? OptionalLong.of(0) : length;
    }

    private static MillraceException invalidNumber(String name) {
        return MillraceException.about(name, ErrorCode.INVALID_REQUEST, name + " must be a whole number of at least 0");
    }
}
