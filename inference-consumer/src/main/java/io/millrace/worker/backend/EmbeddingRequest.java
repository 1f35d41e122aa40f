package io.millrace.worker.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a request to {@code /v1/embeddings}, as OpenAI defines it.
 *
 * @param texts at least one, none of them empty
 * @param base64 whether the vectors are wanted in base 64 instead of numbers
 */
record EmbeddingRequest(List<String> texts, boolean base64) {
    /** OpenAI's own limit. */
    static final int MAX_TEXTS = 2048;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads a body.
     *
     * @param dimensions how long the model's vectors are: the only length that can be asked for
     * @throws MillraceException if the body asks for nothing that the model could do
     */
    static EmbeddingRequest parse(byte[] body, int dimensions) {
        JsonNode root = readObject(body);
        JsonNode asked = root.path("dimensions");
        if (!asked.isMissingNode() && !asked.isNull() && asked.asInt(-1) != dimensions) {
            throw MillraceException.about(
                    "dimensions",
                    ErrorCode.INVALID_REQUEST,
                    "dimensions must be " + dimensions + " or left out, not " + asked);
        }
        return new EmbeddingRequest(texts(root.path("input")), isBase64(root.path("encoding_format")));
    }

    /** The body as an object. */
    static JsonNode readObject(byte[] body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body is no valid JSON", e);
        }
        if (!root.isObject()) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
        }
        return root;
    }

    private static boolean isBase64(JsonNode format) {
        return switch (format.asText("float")) {
            case "base64" -> true;
            case "float", "null" -> false;
            default ->
                throw MillraceException.about(
                        "encoding_format",
                        ErrorCode.INVALID_REQUEST,
                        "encoding_format must be float or base64, not " + format);
        };
    }

    /** The texts of an {@code input}: one, or an array of them. */
    static List<String> texts(JsonNode input) {
        if (input.isMissingNode() || input.isNull()) {
            throw MillraceException.about("input", ErrorCode.MISSING_FIELD, "input is missing");
        }
        if (input.isTextual()) {
            return List.of(notEmpty("input", input.asText()));
        }
        if (!input.isArray()) {
            throw noText("input");
        }
        if (input.isEmpty()) {
            throw MillraceException.about("input", ErrorCode.EMPTY_INPUT, "input is an empty array");
        }
        if (input.size() > MAX_TEXTS) {
            throw MillraceException.about(
                    "input",
                    ErrorCode.INVALID_REQUEST,
                    "input has " + input.size() + " texts; at most " + MAX_TEXTS + " are allowed");
        }
        List<String> texts = new ArrayList<>(input.size());
        for (JsonNode text : input) {
            String name = "input[" + texts.size() + "]";
            if (!text.isTextual()) {
                throw noText(name);
            }
            texts.add(notEmpty(name, text.asText()));
        }
        return texts;
    }

    private static String notEmpty(String name, String text) {
        if (text.isEmpty()) {
            throw MillraceException.about("input", ErrorCode.EMPTY_INPUT, name + " is empty");
        }
        return text;
    }

    private static MillraceException noText(String name) {
        return MillraceException.about(
                "input",
                ErrorCode.INVALID_REQUEST,
                name + " must be a text or an array of texts; token arrays are not supported");
    }
}
