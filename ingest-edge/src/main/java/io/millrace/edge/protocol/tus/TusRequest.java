package io.millrace.edge.protocol.tus;

import io.millrace.edge.ingest.UploadBody;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request of the tus protocol, its body paused, and its answer, which says the protocol's version from the start. */
final class TusRequest {
    static final String VERSION = "1.0.0";
    static final String RESUMABLE = "Tus-Resumable";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";
    private static final String MEDIA_TYPE = "application/offset+octet-stream";
    private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final UploadBody body;

    private TusRequest(RoutingContext context) {
        this.context = context;
        this.request = context.request();
        this.body = new UploadBody(request, contentLength());
        context.response().putHeader(RESUMABLE, VERSION);
    }

    /**
     * Takes over a request.
     *
     * @throws MillraceException if it is of another version of the protocol
     */
    static TusRequest of(RoutingContext context) {
        TusRequest tus = new TusRequest(context);
        if (!VERSION.equals(context.request().getHeader(RESUMABLE))) {
            context.response().putHeader("Tus-Version", VERSION);
            throw MillraceException.about(RESUMABLE, ErrorCode.UNSUPPORTED_VERSION, RESUMABLE + " must be " + VERSION);
        }
        return tus;
    }

    /** The method that is meant: clients that cannot send every method name it in a header. */
    static HttpMethod methodOf(RoutingContext context) {
        String override = context.request().getHeader(METHOD_OVERRIDE);
        return override == null ? context.request().method() : HttpMethod.valueOf(override);
    }

    static MillraceException notAllowed(RoutingContext context, String allowed) {
        context.response().putHeader(RESUMABLE, VERSION).putHeader(HttpHeaders.ALLOW, allowed);
        return new MillraceException(
                ErrorCode.METHOD_NOT_ALLOWED, methodOf(context) + " is not allowed here, but " + allowed);
    }

    String uploadId() {
        return context.pathParam("id");
    }

    @Nullable
    String header(String name) {
        return request.getHeader(name);
    }

    /**
     * A header that is a number.
     *
     * @throws MillraceException if it is there and no whole number of at least 0
     */
    OptionalLong number(String name) {
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

    boolean hasBody() {
        return request.getHeader(HttpHeaders.CONTENT_TYPE) != null
                && body.length().orElse(1) > 0;
    }

    UploadBody body() {
        return body;
    }

    HttpServerResponse response() {
        return context.response();
    }

    /** @throws MillraceException if the body does not have the protocol's media type */
    void requireOffsetStream() {
        if (!MEDIA_TYPE.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            throw MillraceException.about(
                    "Content-Type", ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be " + MEDIA_TYPE);
        }
    }

    void fail(Throwable cause) {
        context.fail(cause);
    }

    /** Nobody is there to be answered. */
    void gone() {
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
