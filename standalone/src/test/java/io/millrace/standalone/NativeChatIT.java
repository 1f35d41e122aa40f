package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.v1.IngestEvent;
import io.millrace.schemas.v1.IngestPosition;
import io.millrace.schemas.v1.IngestRequest;
import io.millrace.schemas.v1.IngestResult;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribed;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and result streams over the native socket, from end to end. */
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

    /** The pieces come by the subscription, for whoever else follows the session gets them too. */
    @Test
    void shouldChatOverOneSocketAndGoOnAfterACutWithoutGapOrRepeat() throws IOException {
        IngestRequest.Builder session =
                IngestRequest.newBuilder().setEndpoint(CHAT).setSession("a talk by the river");
        NoGapNoRepeat guarantee = new NoGapNoRepeat();
        IngestPosition.Builder position = IngestPosition.newBuilder();
        String stream;
        try (NativeSocket socket = new NativeSocket(services.port())) {
            // given: a first question, which says where the session's results are
            socket.request(1, session, question("hello", ""));
            stream =
                    socket.await(IngestServerFrame::hasCompleted).getCompleted().getStream();
            socket.await(IngestServerFrame::hasResult);
            socket.subscribe(7, stream);
            IngestSubscribed subscribed =
                    socket.await(IngestServerFrame::hasSubscribed).getSubscribed();
            guarantee.subscribed(subscribed.getEpoch(), subscribed.getRecovered(), subscribed.getFrom());
            position.setEpoch(subscribed.getEpoch());
            guarantee.event(socket.await(IngestServerFrame::hasEvent).getEvent().getOffset());

            // when: a second one, over the same socket
            models.answerNext(new Behaviour.Answer(Duration.ZERO, Duration.ofMillis(150)));
            socket.request(2, session, question("how are you by the river", ",'stream':true"));
            IngestServerFrame piece = socket.await(IngestServerFrame::hasDelta);
            IngestEvent event = socket.await(IngestServerFrame::hasEvent).getEvent();

            // then
            assertThat(piece.getDelta().getSubscription()).isEqualTo(7);
            assertThat(event.getType()).isEqualTo("result");
            assertThat(text(event)).isEqualTo("You said: how are you by the river");
            guarantee.event(event.getOffset());
            position.setOffset(event.getOffset());
        }
        try (NativeSocket meanwhile = new NativeSocket(services.port())) {
            meanwhile.request(1, session, question("still there", ""));
            meanwhile.await(IngestServerFrame::hasResult);
        }
        try (NativeSocket again = new NativeSocket(services.port())) {
            // and: after a cut it goes on from where it was
            again.subscribe(1, stream, position.build());
            IngestSubscribed subscribed =
                    again.await(IngestServerFrame::hasSubscribed).getSubscribed();
            guarantee.subscribed(subscribed.getEpoch(), subscribed.getRecovered(), subscribed.getFrom());
            IngestEvent event = again.await(IngestServerFrame::hasEvent).getEvent();
            guarantee.event(event.getOffset());
            assertThat(text(event)).isEqualTo("You said: still there");
            guarantee.expectLast(2);
            Guarantee.requireAll(guarantee);
            assertThat(guarantee.restarts()).isZero();
        }
    }

    private static String question(String text, String more) {
        return "{'model':'talker','messages':[{'role':'user','content':'" + text + "'}]" + more + "}";
    }

    private static String text(IngestEvent event) throws IOException {
        return JSON.readTree(event.getJson().toByteArray())
                .at("/response/body/choices/0/message/content")
                .asText();
    }

    @Test
    void shouldReceiveAnAnswerInPiecesAndThenWhole() throws IOException {
        models.answerNext(new Behaviour.Answer(Duration.ZERO, Duration.ofMillis(150)));
        try (NativeSocket socket = new NativeSocket(services.port())) {
            // when
            socket.request(
                    1,
                    IngestRequest.newBuilder().setEndpoint(CHAT).setDeltas(true),
                    question("the river runs by the mill", ",'stream':true"));
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
