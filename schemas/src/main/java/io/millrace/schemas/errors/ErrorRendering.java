package io.millrace.schemas.errors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Renders errors of the catalogue: OpenAI's error object under {@code /v1}, problem details elsewhere. */
public final class ErrorRendering {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorRendering() {}

    /** {@code {"error":{"message","type","param","code"}}}, as OpenAI's clients expect it. */
    public static ObjectNode openAi(ErrorCode code, String message, @Nullable String param) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", openAiType(code))
                .put("param", param)
                .put("code", code.code());
        return body;
    }

    /** A problem of RFC 9457; its type is a tag URI that ends in the code. */
    public static ObjectNode problem(ErrorCode code, String message, @Nullable String param) {
        ObjectNode body = JSON.createObjectNode()
                .put("type", "tag:millrace.io,2026:" + code.code())
                .put("title", code.code().replace('_', ' '))
                .put("status", code.httpStatus())
                .put("detail", message)
                .put("advice", code.advice())
                .put("retryable", code.retryable());
        if (param != null) {
            body.put("field", param);
        }
        return body;
    }

    /** {@code {"id","code","message","retryable"}}: the member {@code error} of a WebSocket frame. */
    public static ObjectNode webSocket(@Nullable String id, ErrorCode code, String message) {
        ObjectNode error = JSON.createObjectNode();
        if (id != null) {
            error.put("id", id);
        }
        return error.put("code", code.code()).put("message", message).put("retryable", code.retryable());
    }

    private static String openAiType(ErrorCode code) {
        return switch (code.httpStatus()) {
            case 429 -> "rate_limit_error";
            case 500, 503 -> "server_error";
            default -> "invalid_request_error";
        };
    }
}
