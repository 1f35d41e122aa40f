package io.millrace.testing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the model says: it repeats what it was told, word by word, so that every answer can be told from every other. */
final class Answers {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final int DIMENSIONS = 4;

    private Answers() {}

    /** The answer's tokens; joined, they are the text. */
    static List<String> tokens(String path, JsonNode request) {
        String said = path.endsWith("/chat/completions")
                ? request.path("messages")
                        .path(request.path("messages").size() - 1)
                        .path("content")
                        .asText()
                : request.path("prompt").asText();
        return List.of(("You said: " + said).split("(?<= )"));
    }

    static ObjectNode whole(String path, JsonNode request) {
        if (path.endsWith("/embeddings")) {
            return embeddings(request);
        }
        List<String> tokens = tokens(path, request);
        ObjectNode answer = frame(path, request, false);
        ObjectNode choice = choice(answer).put("finish_reason", "stop");
        String text = String.join("", tokens);
        if (isChat(path)) {
            choice.putObject("message").put("role", "assistant").put("content", text);
        } else {
            choice.put("text", text);
        }
        answer.set("usage", usage(tokens.size()));
        return answer;
    }

    /** One event of a stream. */
    static ObjectNode piece(String path, JsonNode request, String token) {
        ObjectNode event = frame(path, request, true);
        ObjectNode choice = choice(event).putNull("finish_reason");
        if (isChat(path)) {
            choice.putObject("delta").put("content", token);
        } else {
            choice.put("text", token);
        }
        return event;
    }

    /** The events that end a stream. */
    static List<ObjectNode> last(String path, JsonNode request, int tokens) {
        ObjectNode stop = frame(path, request, true);
        ObjectNode choice = choice(stop).put("finish_reason", "stop");
        if (isChat(path)) {
            choice.putObject("delta");
        } else {
            choice.put("text", "");
        }
        if (!request.path("stream_options").path("include_usage").asBoolean()) {
            return List.of(stop);
        }
        ObjectNode usage = frame(path, request, true);
        usage.putArray("choices");
        usage.set("usage", usage(tokens));
        return List.of(stop, usage);
    }

    private static boolean isChat(String path) {
        return path.endsWith("/chat/completions");
    }

    private static ObjectNode frame(String path, JsonNode request, boolean streamed) {
        String object = isChat(path) ? (streamed ? "chat.completion.chunk" : "chat.completion") : "text_completion";
        return JSON.createObjectNode()
                .put("id", "cmpl-1")
                .put("object", object)
                .put("created", 1)
                .put("model", request.path("model").asText());
    }

    private static ObjectNode choice(ObjectNode answer) {
        return answer.putArray("choices").addObject().put("index", 0);
    }

    private static ObjectNode usage(int tokens) {
        return JSON.createObjectNode()
                .put("prompt_tokens", 1)
                .put("completion_tokens", tokens)
                .put("total_tokens", tokens + 1);
    }

    private static ObjectNode embeddings(JsonNode request) {
        ObjectNode answer = JSON.createObjectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        JsonNode input = request.path("input");
        int count = input.isArray() ? input.size() : 1;
        for (int index = 0; index < count; index++) {
            int hash = (input.isArray() ? input.get(index) : input).asText().hashCode();
            ArrayNode vector = data.addObject()
                    .put("object", "embedding")
                    .put("index", index)
                    .putArray("embedding");
            for (int d = 0; d < DIMENSIONS; d++) {
                vector.add((hash >>> (Byte.SIZE * d) & 0xFF) / 256.0);
            }
        }
        answer.put("model", request.path("model").asText());
        answer.set("usage", usage(0));
        return answer;
    }
}
