package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.v1.IngestRequest;
import io.millrace.schemas.v1.IngestResult;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over the native socket, from end to end. */
@KafkaTest
class NativeChatIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static AllServices services;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        models = ModelServer.start();
        services = AllServices.start(
                cluster,
                folder,
                "models=[{name: " + JobLines.MODEL + "}, {name: talker, backend: openai, openai: {urls: ['"
                        + models.baseUrl() + "']}}]");
    }

    @AfterAll
    static void stop() {
        services.close();
        models.close();
    }

    @Test
    void shouldEmbedWithARealModel() throws IOException {
        try (NativeSocket socket = new NativeSocket(services.port())) {
            // when
            socket.request(
                    1,
                    IngestRequest.newBuilder().setEndpoint("/v1/embeddings"),
                    "{'model':'" + JobLines.MODEL + "','input':'A mill stands by the river.'}");
            IngestResult result = socket.await(IngestServerFrame::hasResult).getResult();

            // then
            assertThat(result.getStatusCode()).isEqualTo(200);
            JsonNode answer = JSON.readTree(result.getBody().toByteArray());
            assertThat(answer.at("/data/0/embedding")).hasSize(384);
        }
    }

    @Test
    void shouldReceiveAnAnswerInPiecesAndThenWhole() throws IOException {
        models.answerNext(new Behaviour.Answer(Duration.ZERO, Duration.ofMillis(150)));
        try (NativeSocket socket = new NativeSocket(services.port())) {
            // when
            socket.request(
                    1,
                    IngestRequest.newBuilder().setEndpoint(CHAT).setDeltas(true),
                    "{'model':'talker','stream':true,'messages':[{'role':'user','content':'the river runs by the mill'}]}");
            StringBuilder text = new StringBuilder();
            int pieces = 0;
            IngestServerFrame frame = socket.await(IngestServerFrame::hasDelta);
            while (!frame.hasResult()) {
                int position = (int) frame.getDelta().getPosition();
                text.replace(position, text.length(), frame.getDelta().getText());
                pieces++;
                frame = socket.next();
            }

            // then
            JsonNode answer = JSON.readTree(frame.getResult().getBody().toByteArray());
            assertThat(answer.at("/choices/0/message/content").asText())
                    .isEqualTo("You said: the river runs by the mill")
                    .startsWith(text.toString());
            assertThat(pieces).isGreaterThan(2);
        }
    }
}
