package io.millrace.assembler.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.millrace.assembler.core.ParsedLine.Invalid;
import io.millrace.assembler.core.ParsedLine.Request;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.lines.LineSplitter.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line {@code {"custom_id","method","url","body"}} of a job's file. The body is handed on as the bytes that stand
 * in the line. What is wrong with a line is a value, not an exception. Not for several threads.
 */
public final class JobLineParser {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String endpoint;
    private final Map<String, List<String>> models;
    private final int longest;
    private final MessageDigest sha256 = sha256();

    /**
     * A parser for one job.
     *
     * @param endpoint what every line's {@code url} must be
     * @param models the models that there are, with the endpoints that each serves
     * @param longest how many bytes a line may have; for the message
     */
    public JobLineParser(String endpoint, Map<String, List<String>> models, int longest) {
        this.endpoint = endpoint;
        this.models = models;
        this.longest = longest;
    }

    /** The line's request, or what is wrong with it. */
    public ParsedLine parse(Line line) {
        if (line.tooLong()) {
            return new Invalid(
                    line.number(), "", ErrorCode.LINE_TOO_LONG, "the line is longer than " + longest + " bytes");
        }
        Fields fields = new Fields();
        byte[] text = withoutMark(line);
        try {
            fields.read(text);
        } catch (JsonProcessingException e) {
            return new Invalid(
                    line.number(), "", ErrorCode.INVALID_JSON, "the line is no valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
        return judge(line.number(), fields);
    }

    private ParsedLine judge(long number, Fields fields) {
        @Nullable String customId = fields.customId;
        if (!fields.object) {
            return new Invalid(number, "", ErrorCode.INVALID_JSON, "the line must be a JSON object");
        }
        if (customId == null || customId.isEmpty()) {
            return new Invalid(number, "", ErrorCode.MISSING_CUSTOM_ID, "custom_id must be a text that is not empty");
        }
        if (!"POST".equals(fields.method)) {
            return new Invalid(number, customId, ErrorCode.UNSUPPORTED_METHOD, "method must be POST");
        }
        if (!endpoint.equals(fields.url)) {
            return new Invalid(
                    number, customId, ErrorCode.UNSUPPORTED_URL, "url must be " + endpoint + ", as the batch says");
        }
        @Nullable ByteString body = fields.body;
        if (body == null) {
            return new Invalid(number, customId, ErrorCode.MISSING_BODY, "body must be a JSON object");
        }
        @Nullable String model = fields.model;
        if (model == null) {
            return new Invalid(number, customId, ErrorCode.MISSING_FIELD, "body.model must be a text");
        }
        @Nullable List<String> served = models.get(model);
        if (served == null) {
            return new Invalid(number, customId, ErrorCode.MODEL_NOT_FOUND, "there is no such model in body.model");
        }
        if (!served.contains(endpoint)) {
            String message = "model " + model + " serves only " + String.join(", ", served);
            return new Invalid(number, customId, ErrorCode.UNSUPPORTED_URL, message);
        }
        return new Request(number, customId, fingerprint(customId), model, body);
    }

    private long fingerprint(String customId) {
        return ByteBuffer.wrap(sha256.digest(customId.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    /** Some editors put a mark at a file's beginning; it is no part of the first line. */
    private static byte[] withoutMark(Line line) {
        ByteString text = line.text();
        boolean marked = line.number() == 1 && text.startsWith(ByteString.copyFrom(BYTE_ORDER_MARK));
        return (marked ? text.substring(BYTE_ORDER_MARK.length) : text).toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What stands in the line; of a member that stands twice the last counts, as JSON parsers have it. */
    private static final class Fields {
        private boolean object;
        private @Nullable String customId;
        private @Nullable String method;
        private @Nullable String url;
        private @Nullable ByteString body;
        private @Nullable String model;

        void read(byte[] text) throws IOException {
            try (JsonParser parser = JSON.createParser(text)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    rejectTrailing(parser);
                    return;
                }
                object = true;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    member(parser, text);
                }
                rejectTrailing(parser);
            }
        }

        private void member(JsonParser parser, byte[] text) throws IOException {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            @Nullable String string = value == JsonToken.VALUE_STRING ? parser.getText() : null;
            switch (name) {
                case "custom_id" -> customId = string;
                case "method" -> method = string;
                case "url" -> url = string;
                case "body" -> readBody(parser, value, text);
                default -> {
                    // Members that nobody asked for are allowed, as OpenAI allows them.
                }
            }
            parser.skipChildren();
        }

        private void readBody(JsonParser parser, JsonToken value, byte[] text) throws IOException {
            body = null;
            model = null;
            if (value != JsonToken.START_OBJECT) {
                return;
            }
            long start = parser.currentTokenLocation().getByteOffset();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("model")) {
                    model = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                }
                parser.skipChildren();
            }
            long end = parser.currentLocation().getByteOffset();
            if (start < 0) {
                throw new JsonParseException(parser, "the line is not UTF-8");
            }
            body = ByteString.copyFrom(text, (int) start, (int) (end - start));
        }

        private static void rejectTrailing(JsonParser parser) throws IOException {
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the object");
            }
        }
    }
}
