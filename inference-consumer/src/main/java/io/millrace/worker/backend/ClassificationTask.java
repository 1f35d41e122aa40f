package io.millrace.worker.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.millrace.runtime.config.OnnxSettings.Activation;
import java.util.List;

/**
 * Answers {@code /v1/classify} in the shape of vLLM's {@code /classify}: for each text the likeliest label, and what the model
 * says of each.
 *
 * @param model the model's name, as it stands in answers
 * @param labels of its outputs, in their order
 * @param activation what makes probabilities of its outputs
 */
public record ClassificationTask(String model, List<String> labels, Activation activation) implements TextTask {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Keeps a copy. */
    public ClassificationTask {
        labels = List.copyOf(labels);
    }

    @Override
    public String endpoint() {
        return "/v1/classify";
    }

    @Override
    public int outputs() {
        return labels.size();
    }

    @Override
    public Question read(byte[] body) {
        JsonNode root = EmbeddingRequest.readObject(body);
        return new Question(EmbeddingRequest.texts(root.path("input")), this::render);
    }

    private ByteString render(List<float[]> outputs, int tokens) {
        ObjectNode answer = JSON.createObjectNode().put("object", "list").put("model", model);
        ArrayNode data = answer.putArray("data");
        for (float[] output : outputs) {
            double[] probabilities = probabilities(output);
            ObjectNode one = data.addObject()
                    .put("index", data.size() - 1)
                    .put("label", labels.get(largest(probabilities)))
                    .put("num_classes", probabilities.length);
            ArrayNode probs = one.putArray("probs");
            for (double probability : probabilities) {
                probs.add((float) probability);
            }
        }
        answer.putObject("usage")
                .put("prompt_tokens", tokens)
                .put("total_tokens", tokens)
                .put("completion_tokens", 0);
        return ByteString.copyFromUtf8(answer.toString());
    }

    private double[] probabilities(float[] logits) {
        double[] values = new double[logits.length];
        double highest = logits[0];
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            values[i] = switch (activation) {
                // Relative to the highest, or the powers would overflow.
                case SOFTMAX -> Math.exp(logits[i] - highest);
                case SIGMOID -> 1 / (1 + Math.exp(-logits[i]));
            };
            sum += values[i];
        }
        if (activation == Activation.SOFTMAX) {
            for (int i = 0; i < values.length; i++) {
                values[i] /= sum;
            }
        }
        return values;
    }

    private static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
