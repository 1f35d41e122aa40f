package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** A JSON object that was sent, read field by field; whatever is wrong with one is said by its name. */
record JsonBody(JsonNode body) {

    /** @throws MillraceException if the body of the request is no JSON object */
    static JsonBody of(RoutingContext context) {
        JsonNode body = Json.parse(Json.bytes(context));
        if (!body.isObject()) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body must be a JSON object");
        }
        return new JsonBody(body);
    }

    Optional<String> text(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(field, "a text");
        }
        return Optional.of(value.textValue());
    }

    /** A field as it is; a missing node where it is not there. */
    JsonNode field(String field) {
        return body.path(field);
    }

    String requiredText(String field) {
        return text(field).filter(value -> !value.isEmpty()).orElseThrow(() -> missing(field));
    }

    long requiredNumber(String field) {
        JsonNode value = required(field);
        if (!value.canConvertToExactIntegral() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong(field, "a whole number of at least 0");
        }
        return value.longValue();
    }

    JsonNode requiredArray(String field) {
        JsonNode value = required(field);
        if (!value.isArray()) {
            throw wrong(field, "an array");
        }
        return value;
    }

    private JsonNode required(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw missing(field);
        }
        return value;
    }

    private static MillraceException missing(String field) {
        return MillraceException.about(field, ErrorCode.MISSING_FIELD, field + " is missing");
    }

    private static MillraceException wrong(String field, String what) {
        return MillraceException.about(field, ErrorCode.INVALID_REQUEST, field + " must be " + what);
    }
}
