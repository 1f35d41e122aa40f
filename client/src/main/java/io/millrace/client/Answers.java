package io.millrace.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads what the server says: JSON, and errors in either of their two shapes. */
final class Answers {
    static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** The refusal in an error answer: OpenAI's error object, problem details, or anything at all. */
    static RefusedException refusal(int status, String body) {
        try {
            JsonNode answer = JSON.readTree(body);
            JsonNode error = answer.path("error");
            if (error.isObject()) {
                return new RefusedException(
                        status,
                        error.path("code").asText(""),
                        error.path("message").asText("the server answered " + status));
            }
            if (answer.has("detail")) {
                String type = answer.path("type").asText("");
                return new RefusedException(
                        status,
                        type.substring(type.lastIndexOf(':') + 1),
                        answer.path("detail").asText());
            }
        } catch (JsonProcessingException e) {
            // Some proxy's page: its status says more than its text.
            return new RefusedException(status, "", "the server answered " + status);
        }
        return new RefusedException(status, "", "the server answered " + status);
    }

    /** The JSON of a successful answer. */
    static JsonNode json(int status, String body) throws RefusedException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new RefusedException(status, "", "the server's answer is no JSON: " + e.getOriginalMessage());
        }
    }
}
