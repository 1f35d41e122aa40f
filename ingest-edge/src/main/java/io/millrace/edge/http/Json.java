package io.millrace.edge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/** JSON bodies in and out. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** An object to fill. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The bytes of a body that was read first; none where there was no body. */
    public static byte[] bytes(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /**
     * A JSON body.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_JSON}) if it is none
     */
    public static JsonNode parse(byte[] body) {
        try {
            JsonNode parsed = MAPPER.readTree(body);
            if (parsed.isMissingNode()) {
                throw new MillraceException(ErrorCode.INVALID_JSON, "the body is empty");
            }
            return parsed;
        } catch (JsonProcessingException e) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body cannot be read", e);
        }
    }

    /** Answers with 200 and an object. */
    public static void answer(RoutingContext context, ObjectNode body) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toString());
    }
}
