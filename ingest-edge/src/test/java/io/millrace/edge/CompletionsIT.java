package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionsIT {
    private static final String RESULT =
            ("{'choices':[{'index':0,'message':{'role':'assistant','content':'Hello there.'},"
                            + "'finish_reason':'stop'}],'usage':{'total_tokens':5}}")
                    .replace('\'', '"');

    private String model;
    private TestEdge edge;
    private CallLane lane;

    @BeforeAll
    void start(KafkaCluster cluster) {
        model = cluster.uniqueName("chat");
        cluster.createTopic(Topics.requests(model, Lane.ONLINE), 1);
        edge = new TestEdge(
                cluster,
                "models=[{name: " + model + ", backend: openai, openai: {urls: [\"http://127.0.0.1:9/v1\"]}}]");
        lane = new CallLane(cluster, model, edge);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    void shouldSendAnAnswerInPiecesAsTheyCome() {
        // given
        CompletableFuture<HttpResponse<String>> answer =
                ask("hi", ",'stream':true,'stream_options':{'include_usage':true}");
        InferenceRequest request = lane.inLane("hi");
        String id = request.getRequestId();

        // when: the third piece is lost
        edge.services().delta(id, 0, "Hel");
        edge.services().delta(id, 3, "lo");
        edge.services().delta(id, 8, "ere");
        edge.services().settle(id, CallLane.success(id, RESULT));

        // then
        HttpResponse<String> answered = answer.join();
        assertThat(answered.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(answered.headers().firstValue("Millrace-Request-Id")).contains(id);
        List<String> events =
                answered.body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        List<JsonNode> chunks = events.subList(0, events.size() - 1).stream()
                .map(line -> Json.parse(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThat(chunks)
                .extracting(chunk -> chunk.at("/choices/0/delta/content").asText())
                .containsExactly("Hel", "lo", " there.", "", "");
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(chunks.get(3).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isEqualTo(5);
        assertThat(chunks)
                .allSatisfy(chunk -> assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk"));
    }

    @Test
    void shouldAnswerWholeOrWithAnErrorsStatus() {
        CompletableFuture<HttpResponse<String>> whole = ask("whole", "");
        CompletableFuture<HttpResponse<String>> failing = ask("failing", ",'stream':true");
        String failed = lane.inLane("failing").getRequestId();
        String id = lane.inLane("whole").getRequestId();

        edge.services().settle(id, CallLane.success(id, RESULT));
        edge.services().settle(failed, CallLane.failure(failed, "input_too_long", "too long"));

        assertThat(whole.join().body()).isEqualTo(RESULT);
        assertThat(failing.join().statusCode()).isEqualTo(400);
        assertThat(failing.join().body()).contains("input_too_long");
    }

    @Test
    void shouldRunACallUnderAKeyOnceForAllWhoAskAndRefuseAnotherBodyUnderIt() {
        // given
        String key = "key-" + model;
        CompletableFuture<HttpResponse<String>> first = ask("keyed", "", "Idempotency-Key", key);
        String id = lane.inLane("keyed").getRequestId();

        // when
        CompletableFuture<HttpResponse<String>> again = ask("keyed", "", "Idempotency-Key", key);
        HttpResponse<String> conflict =
                ask("another", "", "Idempotency-Key", key).join();
        Eventually.check(() -> lane.accepted(id) == 3, "the call to come three times");
        edge.services().settle(id, CallLane.success(id, RESULT));

        // then
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(conflict.body()).contains("idempotency_conflict");
        assertThat(first.join().body()).isEqualTo(RESULT);
        assertThat(again.join().headers().firstValue("Millrace-Request-Id")).contains(id);
        assertThat(again.join().body()).isEqualTo(RESULT);
        assertThat(lane.ran(id)).isEqualTo(1);
    }

    @Test
    void shouldGiveUpTheRequestOfACallerWhoGoesAway() throws IOException {
        // given
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            byte[] body = body("gone", ",'stream':true").getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            String id = lane.inLane("gone").getRequestId();
            edge.services().delta(id, 0, "Hello");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        }

        // then
        String id = lane.inLane("gone").getRequestId();
        Eventually.check(() -> lane.cancelled(id), "the request is cancelled in its stream");
    }

    private CompletableFuture<HttpResponse<String>> ask(String question, String more, String... headers) {
        return CompletableFuture.supplyAsync(
                () -> edge.json("POST", "/v1/chat/completions", body(question, more), headers));
    }

    private String body(String question, String more) {
        return ("{'model':'" + model + "','messages':[{'role':'user','content':'" + question + "'}]" + more + "}")
                .replace('\'', '"');
    }
}
