package io.millrace.testing.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The right answer to one request.
 *
 * @param path the request's
 * @param request the request's body
 */
record Reply(String path, JsonNode request) {
    boolean streamed() {
        return request.path("stream").asBoolean() && !path.endsWith("/embeddings");
    }

    String whole() {
        return Answers.whole(path, request).toString();
    }

    List<String> tokens() {
        return Answers.tokens(path, request);
    }

    String piece(String token) {
        return Answers.piece(path, request, token).toString();
    }

    List<String> last() {
        return Answers.last(path, request, tokens().size()).stream()
                .map(Object::toString)
                .toList();
    }
}
