package io.millrace.testing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelServerIT {
    private static final String STREAMED =
            "{\"model\": \"m\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"one two\"}]}";

    private final ModelServer server = ModelServer.start();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void shouldStreamWhatItWasTold() throws Exception {
        String body = post(STREAMED).body();

        assertThat(body)
                .contains("\"content\":\"You \"")
                .contains("\"content\":\"two\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(server.seen()).hasSize(1);
    }

    @Test
    void shouldRefuseOnceWhenToldSo() throws Exception {
        server.answerNext(new Behaviour.Refuse(429, "2", "slow_down", "too fast"));

        HttpResponse<String> refused = post(STREAMED);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(post(STREAMED).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldBreakOffInMidStream() {
        server.answer(new Behaviour.Reset(2));

        assertThatThrownBy(() -> post(STREAMED)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldNoticeThatNobodyListensAnyMore() throws Exception {
        server.answer(new Behaviour.Answer(Duration.ZERO, Duration.ofMillis(50)));
        HttpRequest request = request("{\"stream\": true, \"prompt\": \"" + "word ".repeat(200) + "\"}", "completions");

        try (InputStream stream =
                client.send(request, BodyHandlers.ofInputStream()).body()) {
            assertThat(stream.read()).isEqualTo('d');
        }

        Eventually.check(() -> server.deserted() == 1, "the server sees that its client has gone");
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return client.send(request(body, "chat/completions"), BodyHandlers.ofString());
    }

    private HttpRequest request(String body, String path) {
        return HttpRequest.newBuilder(URI.create(server.baseUrl() + "/" + path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
