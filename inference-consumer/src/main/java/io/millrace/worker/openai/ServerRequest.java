package io.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import java.io.IOException;
import java.util.List;

/**
 * A request as a model server gets it.
 *
 * @param path after the base URL, such as {@code /embeddings}
 * @param body its JSON
 * @param streamed whether the answer comes as server-sent events
 */
record ServerRequest(String path, String body, boolean streamed) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "/v1";
    private static final String EMBEDDINGS = "/v1/embeddings";

    /**
     * What the server is asked for. Only a call is streamed, because nobody reads the pieces of a job's results.
     *
     * @param model the model's name at the server
     * @param endpoints what the model serves
     * @throws MillraceException if the request can never be answered
     */
    static ServerRequest of(InferenceRequest request, String model, List<String> endpoints) {
        String endpoint = request.getEndpoint();
        if (!endpoints.contains(endpoint)) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_URL,
                    "model " + request.getModel() + " answers " + String.join(", ", endpoints) + ", not " + endpoint);
        }
        ObjectNode body = read(request);
        body.put("model", model);
        boolean streamed = request.getStream().getKind() == StreamKind.STREAM_KIND_CALL
                && body.path("stream").asBoolean()
                && !endpoint.equals(EMBEDDINGS);
        if (streamed) {
            if (body.path("n").asInt(1) != 1) {
                throw MillraceException.about(
                        "n", ErrorCode.INVALID_REQUEST, "n must be 1 when the answer is streamed");
            }
            // Asked for always: the result has the usage, whether or not it was wanted in the stream.
            body.putObject("stream_options").put("include_usage", true);
        } else {
            body.remove(List.of("stream", "stream_options"));
        }
        return new ServerRequest(endpoint.substring(VERSION.length()), write(body), streamed);
    }

    private static ObjectNode read(InferenceRequest request) {
        if (!request.hasBody()) {
            throw new MillraceException(ErrorCode.MISSING_BODY, "the request has no body");
        }
        JsonNode body;
        try {
            body = JSON.readTree(request.getBody().toByteArray());
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body is no valid JSON", e);
        }
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new MillraceException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
    }

    private static String write(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read cannot be written", e);
        }
    }
}
