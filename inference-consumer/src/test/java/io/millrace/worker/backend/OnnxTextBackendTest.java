package io.millrace.worker.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.inference.ModelInput;
import io.millrace.worker.inference.Preparation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxTextBackendTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "all-minilm-l6-v2";
    private static final int DIMENSIONS = 384;

    @SuppressWarnings("NullAway.Init")
    private OnnxTextBackend backend;

    @BeforeAll
    void load() throws IOException {
        OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 1);
        backend = new OnnxTextBackend(
                MODEL,
                new EmbeddingTask(MODEL, DIMENSIONS),
                256,
                encoder,
                Optional.of(() -> OnnxEncoder.load(ModelFiles.BUILT_IN, 2)));
    }

    @AfterAll
    void close() {
        backend.close();
    }

    @Test
    void shouldPutSimilarSentencesCloseTogether() throws Exception {
        List<float[]> vectors = backend.run(inputs("""
                {"input": ["A cat sits on the mat.", "A kitten rests on a rug.", "Interest rates rose again in May."]}"""));

        assertThat(vectors)
                .allSatisfy(vector -> assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5)));
        assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(0.5);
        assertThat(cosine(vectors.get(0), vectors.get(2))).isLessThan(0.2);
    }

    @Test
    void shouldGiveNearlyTheSameVectorAloneAndInABatch() throws Exception {
        List<ModelInput> inputs = inputs("""
                {"input": ["The river carries the boat to the mill.", "A wheel turns slowly in the water below.",
                           "Flour leaves the mill in heavy white sacks.", "The miller counts them, and sends them on."]}""");

        List<float[]> together = backend.run(inputs);

        for (int i = 0; i < inputs.size(); i++) {
            float[] alone = backend.run(List.of(inputs.get(i))).getFirst();
            // Not nearer, because the quantised model scales its activations by the whole batch.
            assertThat(cosine(together.get(i), alone)).isGreaterThan(0.97);
        }
    }

    @Test
    void shouldAnswerAsOpenAiDoes() throws Exception {
        Preparation.Ready ready = ready("""
                {"model": "all-minilm-l6-v2", "input": ["one", "two"], "user": "somebody"}""");

        List<float[]> vectors = backend.run(ready.inputs());
        JsonNode answer = JSON.readTree(ready.response().apply(vectors).toByteArray());

        assertThat(answer.at("/object").asText()).isEqualTo("list");
        assertThat(answer.at("/model").asText()).isEqualTo(MODEL);
        assertThat(answer.at("/data/1/object").asText()).isEqualTo("embedding");
        assertThat(answer.at("/data/1/index").asInt()).isEqualTo(1);
        assertThat(answer.at("/data/1/embedding")).hasSize(DIMENSIONS);
        assertThat((float) answer.at("/data/1/embedding/5").asDouble()).isEqualTo(vectors.get(1)[5]);
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(6);
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(6);
        assertThat(ready.usage().getInput()).isEqualTo(6);
        assertThat(ready.usage().getTotal()).isEqualTo(6);
    }

    @Test
    void shouldWriteBase64WhereItIsAskedFor() throws Exception {
        Preparation.Ready ready = ready("""
                {"input": "one", "encoding_format": "base64"}""");

        List<float[]> vectors = backend.run(ready.inputs());
        JsonNode answer = JSON.readTree(ready.response().apply(vectors).toByteArray());

        byte[] bytes = Base64.getDecoder().decode(answer.at("/data/0/embedding").asText());
        float[] decoded = new float[DIMENSIONS];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(decoded);
        assertThat(decoded).isEqualTo(vectors.getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"input"                            | INVALID_JSON    | the body is no valid JSON
                    []                                  | INVALID_REQUEST | the body must be a JSON object
                    {"model": "x"}                      | MISSING_FIELD   | input is missing
                    {"input": ""}                       | EMPTY_INPUT     | input is empty
                    {"input": []}                       | EMPTY_INPUT     | input is an empty array
                    {"input": ["a", ""]}                | EMPTY_INPUT     | input[1] is empty
                    {"input": [1, 2]}                   | INVALID_REQUEST | input[0] must be a text or an array of texts; token arrays are not supported
                    {"input": "a", "dimensions": 5}     | INVALID_REQUEST | dimensions must be 384 or left out, not 5
                    {"input": "a", "encoding_format": 1}| INVALID_REQUEST | encoding_format must be float or base64, not 1
                    """)
    void shouldRefuseWhatItCannotDo(String body, ErrorCode code, String message) {
        assertThat(backend.prepare(request(body))).isEqualTo(new Preparation.Refused(code, message));
    }

    @Test
    void shouldRefuseAnInputThatIsTooLongAndNeverCutIt() {
        Preparation preparation = backend.prepare(request("{\"input\": \"" + "word ".repeat(300) + "\"}"));

        assertThat(preparation)
                .isEqualTo(new Preparation.Refused(
                        ErrorCode.INPUT_TOO_LONG, "input has 302 tokens; model all-minilm-l6-v2 takes at most 256"));
    }

    @Test
    void shouldRefuseAnotherModelsRequest() {
        InferenceRequest request =
                request("{\"input\": \"a\"}").toBuilder().setModel("other").build();

        assertThat(backend.prepare(request))
                .isEqualTo(new Preparation.Refused(ErrorCode.MODEL_NOT_FOUND, "model other is not served here"));
    }

    private List<ModelInput> inputs(String body) {
        return ready(body).inputs();
    }

    private Preparation.Ready ready(String body) {
        Preparation preparation = backend.prepare(request(body));
        assertThat(preparation).isInstanceOf(Preparation.Ready.class);
        return (Preparation.Ready) preparation;
    }

    private static InferenceRequest request(String body) {
        return InferenceRequest.newBuilder()
                .setModel(MODEL)
                .setEndpoint("/v1/embeddings")
                .setBody(ByteString.copyFromUtf8(body))
                .build();
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
