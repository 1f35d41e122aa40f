package io.millrace.publisher.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.TokenUsage;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what must be known of a result's body, token by token, and keeps nothing of the rest. */
final class ResultBody {
    private static final JsonFactory JSON = new JsonFactory();

    private ResultBody() {}

    /**
     * What the model says of its use, zeros where it says nothing; absent unless the body is one whole JSON value. Bodies are
     * copied as they are into what subscribers get, so they must be whole.
     */
    static Optional<TokenUsage> usage(ByteString body) {
        try (JsonParser parser = JSON.createParser(body.newInput())) {
            @Nullable JsonToken first = parser.nextToken();
            if (first == null) {
                return Optional.empty();
            }
            TokenUsage.Builder usage = TokenUsage.newBuilder();
            if (first == JsonToken.START_OBJECT) {
                readObject(parser, usage);
            } else {
                parser.skipChildren();
            }
            return parser.nextToken() == null ? Optional.of(usage.build()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void readObject(JsonParser parser, TokenUsage.Builder usage) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isUsage = parser.currentName().equals("usage");
            if (parser.nextToken() == JsonToken.START_OBJECT && isUsage) {
                readUsage(parser, usage);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void readUsage(JsonParser parser, TokenUsage.Builder usage) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                count(name, Math.max(0, parser.getValueAsLong()), usage);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void count(String name, long tokens, TokenUsage.Builder usage) {
        switch (name) {
            case "prompt_tokens", "input_tokens" -> usage.setInput(tokens);
            case "completion_tokens", "output_tokens" -> usage.setOutput(tokens);
            case "total_tokens" -> usage.setTotal(tokens);
            default -> {}
        }
    }
}
