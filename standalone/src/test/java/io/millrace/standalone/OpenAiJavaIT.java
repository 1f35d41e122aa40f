package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import io.millrace.testing.Eventually;
import io.millrace.testing.model.ModelServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Java, unmodified but for the address. */
class OpenAiJavaIT {
    private static final String MODEL = "talker";
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int REQUESTS = 40;

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static MillraceProcess millrace;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        models = ModelServer.start();
        millrace = MillraceProcess.up(
                folder.resolve("data"),
                0,
                "models=[{name: " + MODEL + ", backend: openai, openai: {urls: ['" + models.baseUrl() + "']}}]");
        client = OpenAIOkHttpClient.builder()
                .apiKey("none")
                .baseUrl("http://127.0.0.1:" + millrace.awaitReady() + "/v1")
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        millrace.stop();
        models.close();
    }

    @Test
    void shouldRunABatchOverAFile() throws Exception {
        // given
        List<String> names = JobLines.names(REQUESTS);
        Path input = Files.write(
                folder.resolve("chats.jsonl"),
                names.stream().map(OpenAiJavaIT::line).toList());

        // when
        FileObject file = client.files()
                .create(FileCreateParams.builder()
                        .file(input)
                        .purpose(FilePurpose.BATCH)
                        .build());
        String id = client.batches()
                .create(BatchCreateParams.builder()
                        .inputFileId(file.id())
                        .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                        .completionWindow(BatchCreateParams.CompletionWindow._24H)
                        .build())
                .id();
        Eventually.check(
                BOUND,
                () -> client.batches().retrieve(id).status().equals(Batch.Status.COMPLETED),
                "the batch is completed");

        // then
        Batch batch = client.batches().retrieve(id);
        assertThat(batch.requestCounts().orElseThrow().completed()).isEqualTo(REQUESTS);
        assertThat(client.batches().list().autoPager()).extracting(Batch::id).contains(id);
        assertThat(client.files().retrieve(file.id()).bytes()).isEqualTo(Files.size(input));
        assertThat(content(batch.outputFileId().orElseThrow()).lines())
                .hasSize(REQUESTS)
                .allSatisfy(line -> assertThat(line).contains("\"status_code\":200"));
    }

    @Test
    void shouldStreamAChat() {
        // given
        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage("one two three four")
                .build();

        // when
        String streamed;
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(request)) {
            streamed = chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
        }
        String whole = client.chat()
                .completions()
                .create(request)
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow();

        // then
        assertThat(streamed).isEqualTo(whole).contains("one two three four");
    }

    @Test
    void shouldEmbedATextAsItsModelServerDoes() {
        // given
        EmbeddingCreateParams request =
                EmbeddingCreateParams.builder().model(MODEL).input("a text").build();

        // when
        CreateEmbeddingResponse embeddings = client.embeddings().create(request);

        // then
        OpenAIClient direct = OpenAIOkHttpClient.builder()
                .apiKey("none")
                .baseUrl(models.baseUrl().toString())
                .build();
        assertThat(embeddings.data().getFirst().embedding())
                .isNotEmpty()
                .isEqualTo(direct.embeddings().create(request).data().getFirst().embedding());
        direct.close();
    }

    @Test
    void shouldThrowItsOwnExceptionForAModelThatIsNotServed() {
        // when / then
        assertThatThrownBy(() -> client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("nobody")
                                .input("a text")
                                .build()))
                .isInstanceOf(OpenAIServiceException.class)
                .hasMessageContaining("nobody");
    }

    private static String content(String file) throws Exception {
        try (HttpResponse content = client.files().content(file)) {
            return new String(content.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String line(String name) {
        return "{\"custom_id\":\"" + name
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"" + MODEL
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + name + "\"}]}}";
    }
}
