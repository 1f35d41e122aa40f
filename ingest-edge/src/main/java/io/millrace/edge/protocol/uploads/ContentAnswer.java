package io.millrace.edge.protocol.uploads;

import io.millrace.edge.content.ContentService;
import io.millrace.edge.core.RequestedRange;
import io.millrace.edge.core.RequestedRange.Part;
import io.millrace.edge.core.RequestedRange.Unsatisfiable;
import io.millrace.edge.core.RequestedRange.Whole;
import io.millrace.edge.ingest.Upload;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the content of a file: whole, or one range of it. A complete file never changes, so its id and length are a
 * strong entity tag.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, sections 13 and 14</a>
 */
public final class ContentAnswer {
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w!#$&^.+-]+/[\\w!#$&^.+-]+( *; *[\\w-]+=[\\w.+-]+)*");
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final ContentService content;

    /** Sends through this service. */
    public ContentAnswer(ContentService content) {
        this.content = content;
    }

    /** Answers a request for a complete file. */
    public void answer(RoutingContext context, Upload file) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        String tag = "\"" + file.id() + "-" + file.offset() + "\"";
        response.putHeader(HttpHeaders.ETAG, tag).putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (matches(request.getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end();
            return;
        }
        @Nullable String condition = request.getHeader("If-Range");
        boolean ranged = condition == null || condition.strip().equals(tag);
        @Nullable String range = ranged ? request.getHeader("Range") : null;
        switch (RequestedRange.of(range, file.offset())) {
            case Whole() -> send(context, file, new Part(0, file.offset()), 200);
            case Part part -> {
                response.putHeader(
                        HttpHeaders.CONTENT_RANGE,
                        "bytes " + part.from() + "-" + (part.to() - 1) + "/" + file.offset());
                send(context, file, part, 206);
            }
            case Unsatisfiable() -> {
                response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + file.offset());
                context.fail(MillraceException.about(
                        "Range", ErrorCode.RANGE_NOT_SATISFIABLE, "the file has " + file.offset() + " bytes"));
            }
        }
    }

    private void send(RoutingContext context, Upload file, Part part, int status) {
        HttpServerResponse response = context.response();
        content.send(
                        file,
                        part.from(),
                        part.to(),
                        response,
                        () -> response.setStatusCode(status)
                                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(part.to() - part.from()))
                                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType(file))
                                .putHeader(HttpHeaders.CONTENT_DISPOSITION, disposition(file))
                                .putHeader("X-Content-Type-Options", "nosniff"))
                .onFailure(failed -> {
                    response.headers().remove(HttpHeaders.CONTENT_RANGE);
                    context.fail(failed);
                });
    }

    private static boolean matches(@Nullable String header, String tag) {
        return header != null
                && (header.strip().equals("*")
                        || Arrays.stream(header.split(",", -1))
                                .map(String::strip)
                                .anyMatch(known -> known.equals(tag) || known.equals("W/" + tag)));
    }

    /** The type that its client gave it, where that is one. */
    private static String mediaType(Upload file) {
        String type = file.open().getContentType();
        return MEDIA_TYPE.matcher(type).matches() ? type : UNKNOWN_TYPE;
    }

    /** Never shown inside a page of this origin, because anybody may have written it. */
    private static String disposition(Upload file) {
        String name = file.open().getFilename();
        return name.isEmpty()
                ? "attachment"
                : "attachment; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
