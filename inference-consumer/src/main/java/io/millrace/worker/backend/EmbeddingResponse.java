package io.millrace.worker.backend;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Writes the answer of {@code /v1/embeddings}, as OpenAI defines it. By hand, because it is nearly all numbers. */
final class EmbeddingResponse {
    private static final int CHARS_PER_NUMBER = 13;

    private EmbeddingResponse() {}

    /**
     * The answer's JSON.
     *
     * @param model its name, which needs no escaping
     * @param base64 whether a vector is written as base 64 of its floats, little-endian, instead of as numbers
     */
    static ByteString render(String model, List<float[]> vectors, int tokens, boolean base64) {
        int numbers = vectors.stream().mapToInt(vector -> vector.length).sum();
        StringBuilder json = new StringBuilder(200 + numbers * CHARS_PER_NUMBER);
        json.append("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < vectors.size(); i++) {
            json.append(i == 0 ? "" : ",");
            json.append("{\"object\":\"embedding\",\"index\":").append(i).append(",\"embedding\":");
            if (base64) {
                json.append('"').append(base64(vectors.get(i))).append('"');
            } else {
                appendNumbers(json, vectors.get(i));
            }
            json.append('}');
        }
        json.append("],\"model\":\"")
                .append(model)
                .append("\",\"usage\":{\"prompt_tokens\":")
                .append(tokens);
        json.append(",\"total_tokens\":").append(tokens).append("}}");
        return ByteString.copyFrom(json.toString(), StandardCharsets.ISO_8859_1);
    }

    private static void appendNumbers(StringBuilder json, float[] vector) {
        char separator = '[';
        for (float value : vector) {
            json.append(separator).append(value);
            separator = ',';
        }
        json.append(']');
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
