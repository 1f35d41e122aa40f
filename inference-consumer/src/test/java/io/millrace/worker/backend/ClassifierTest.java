package io.millrace.worker.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.runtime.config.OnnxSettings.Activation;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.inference.Preparation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "mood";
    private static final List<String> LABELS = List.of("bad", "good");

    @Test
    void shouldLabelEveryTextOfARequestWhateverItIsPaddedWith() throws Exception {
        JsonNode answer = classify(
                Activation.SOFTMAX,
                "{\"model\": \"mood\", \"input\": [\"a good mill\", \"a bad mill and more words that are nothing\"]}");

        assertThat(answer.at("/object").asText()).isEqualTo("list");
        assertThat(answer.at("/model").asText()).isEqualTo(MODEL);
        assertThat(answer.at("/data/0/label").asText()).isEqualTo("good");
        assertThat(answer.at("/data/1/label").asText()).isEqualTo("bad");
        assertThat(answer.at("/data/1/index").asInt()).isEqualTo(1);
        assertThat(answer.at("/data/0/num_classes").asInt()).isEqualTo(2);
        // One word of weight 2 against nothing: e² / (e² + 1).
        assertThat(answer.at("/data/0/probs/1").asDouble()).isCloseTo(0.8808, within(1e-4));
        assertThat(answer.at("/data/0/probs/0").asDouble()).isCloseTo(0.1192, within(1e-4));
        assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void shouldLetSeveralLabelsBeRight() throws Exception {
        JsonNode answer = classify(Activation.SIGMOID, "{\"model\": \"mood\", \"input\": \"good, bad\"}");

        assertThat(answer.at("/data/0/probs/0").asDouble()).isCloseTo(0.8808, within(1e-4));
        assertThat(answer.at("/data/0/probs/1").asDouble()).isCloseTo(0.8808, within(1e-4));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/classify   | {}            | MISSING_FIELD
                    /v1/classify   | {"input": ""} | EMPTY_INPUT
                    /v1/embeddings | {"input": "a"}| UNSUPPORTED_URL
                    """)
    void shouldRefuseWhatItCannotDo(String endpoint, String body, ErrorCode code) throws Exception {
        try (OnnxTextBackend backend = backend(Activation.SOFTMAX)) {
            assertThat(backend.prepare(request(endpoint, body)))
                    .isInstanceOfSatisfying(
                            Preparation.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(code));
        }
    }

    private static JsonNode classify(Activation activation, String body) throws Exception {
        try (OnnxTextBackend backend = backend(activation)) {
            Preparation.Ready ready = (Preparation.Ready) backend.prepare(request("/v1/classify", body));
            return JSON.readTree(
                    ready.response().apply(backend.run(ready.inputs())).toByteArray());
        }
    }

    private static OnnxTextBackend backend(Activation activation) throws IOException {
        long good;
        long bad;
        try (OnnxEncoder words = OnnxEncoder.load(ModelFiles.BUILT_IN, 1)) {
            good = words.tokenize("good")[1];
            bad = words.tokenize("bad")[1];
        }
        byte[] model = WordClassifier.write(LABELS.size(), Map.of(bad, new float[] {2, 0}, good, new float[] {0, 2}));
        ModelFiles files = new ModelFiles(() -> new ByteArrayInputStream(model), ModelFiles.BUILT_IN.tokenizer());
        return new OnnxTextBackend(
                MODEL,
                new ClassificationTask(MODEL, LABELS, activation),
                64,
                OnnxEncoder.load(files, 1, OnnxSettings.USUAL.unscaled()),
                Optional.empty());
    }

    private static InferenceRequest request(String endpoint, String body) {
        return InferenceRequest.newBuilder()
                .setModel(MODEL)
                .setEndpoint(endpoint)
                .setBody(ByteString.copyFromUtf8(body))
                .build();
    }
}
