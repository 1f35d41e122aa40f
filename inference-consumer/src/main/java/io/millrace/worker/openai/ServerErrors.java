package io.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.worker.openai.Reply.Cause;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What a model server's error answers mean. */
final class ServerErrors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TEXT = 500;
    private static final int SERVER_ERRORS = 500;

    private ServerErrors() {}

    /** What an answer with a status other than 2xx means for the request. */
    static Reply classify(int status, HttpHeaders headers, byte[] body, Instant now) {
        JsonNode error = error(body);
        String message = "the model server answered " + status + ": " + message(error);
        return switch (status) {
            case 429, 503 -> new Reply.Refused(Cause.OVERLOADED, message, retryAfter(headers, now));
            case 401, 403 -> new Reply.Refused(Cause.UNAUTHORISED, message, Duration.ZERO);
            case 408 -> new Reply.Broken(Cause.SILENT, message);
            default ->
                status >= SERVER_ERRORS
                        ? new Reply.Broken(Cause.SERVER_ERROR, message)
                        : new Reply.Rejected(code(error), message(error));
        };
    }

    /** {@code Retry-After}, in seconds or as a date (RFC 9110, section 10.2.3); zero when there is none. */
    static Duration retryAfter(HttpHeaders headers, Instant now) {
        String value = headers.firstValue("Retry-After").orElse("0").strip();
        try {
            Duration asked = value.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return asked.isNegative() ? Duration.ZERO : asked;
        } catch (NumberFormatException | DateTimeException e) {
            return Duration.ZERO;
        }
    }

    /** The error object, which servers put in different places. */
    private static JsonNode error(byte[] body) {
        try {
            JsonNode root = JSON.readTree(body);
            JsonNode first = root.isArray() ? root.path(0) : root;
            return first.has("error") ? first.path("error") : first;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static String message(JsonNode error) {
        String text = error.isTextual()
                ? error.asText()
                : error.path("message").asText(error.path("detail").asText(""));
        return text.isEmpty() ? "no reason given" : text.substring(0, Math.min(MAX_TEXT, text.length()));
    }

    private static String code(JsonNode error) {
        for (String field : new String[] {"code", "type", "status"}) {
            JsonNode value = error.path(field);
            if (value.isTextual() && !value.asText().isBlank()) {
                return value.asText();
            }
        }
        return ErrorCode.INVALID_REQUEST.code();
    }
}
