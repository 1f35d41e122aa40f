package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/** Embeddings while the caller waits. Safe for use by several threads. */
public final class Embeddings {
    private final JsonCalls calls;

    Embeddings(HttpClient http, ClientOptions options, LinkListener listener) {
        this.calls = new JsonCalls(http, options, listener);
    }

    /** One vector per input, in the order of the inputs. */
    public List<float[]> embed(String model, List<String> inputs) throws ClientException, InterruptedException {
        ObjectNode body = Answers.JSON.createObjectNode().put("model", model);
        inputs.forEach(body.putArray("input")::add);
        return vectors(calls.send(calls.to("/v1/embeddings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build()));
    }

    /** The vectors in an embeddings answer, wherever it was found: in an answer or in a job's result. */
    public static List<float[]> vectors(JsonNode embeddings) {
        List<float[]> vectors = new ArrayList<>();
        for (JsonNode item : embeddings.path("data")) {
            JsonNode values = item.path("embedding");
            float[] vector = new float[values.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) values.get(i).asDouble();
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
