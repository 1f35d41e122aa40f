package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSocketIT {
    private final Vertx vertx = Vertx.vertx();
    private TestTopics topics;
    private RunningPublisher publisher;

    @BeforeAll
    void start(KafkaCluster kafka, @TempDir Path folder) {
        topics = new TestTopics(kafka);
        publisher = RunningPublisher.start(kafka.bootstrapServers(), folder);
    }

    @AfterAll
    void stop() {
        publisher.close();
        topics.close();
        vertx.close();
    }

    @Test
    void shouldAnswerACloseWithoutACodeWithNoCodeOfItsOwn() throws Exception {
        // given
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), publisher.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write(("GET /v1/results HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readByte());
            }
            assertThat(head).startsWith("HTTP/1.1 101");

            // when
            out.write(new byte[] {(byte) 0x88, (byte) 0x80, 1, 2, 3, 4});

            // then
            assertThat(in.readUnsignedByte()).isEqualTo(0x88);
            int length = in.readUnsignedByte();
            int code = length == 0 ? 1000 : in.readUnsignedShort();
            assertThat(code).isEqualTo(1000);
        }
    }

    @Test
    void shouldSendOnlyWhatComesAfterNow() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        send(log.submitted(), log.expanded(0, 3), log.success(0));
        try (TestSocket socket = socket()) {
            socket.subscribe(log.id(), null, -1);
            for (int i = 0; i < 4; i++) {
                socket.nextJson();
            }

            // when
            JsonNode subscribed = fromNow(socket, log);
            send(log.success(1));

            // then
            assertThat(subscribed.path("from").asLong()).isEqualTo(3);
            List<String> ids = new ArrayList<>();
            while (ids.size() < 2) {
                JsonNode event = socket.nextJson().path("event");
                if (event.path("type").asText().equals("result")) {
                    assertThat(event.path("offset").asLong()).isEqualTo(3);
                    ids.add(event.path("id").asText());
                }
            }
            assertThat(ids).containsExactlyInAnyOrder("a", "n");
        }
    }

    @Test
    void shouldTakeNowForWhereTheTopicIsThoughItIsNotReadSoFar() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.sendSoon(log.submitted());
        topics.sendSoon(log.expanded(0, 5_001));
        for (long item = 0; item < 5_000; item++) {
            topics.sendSoon(log.success(item));
        }
        topics.send(log.success(5_000));
        try (TestSocket socket = socket()) {

            // when
            JsonNode subscribed = fromNow(socket, log);

            // then: behind what the expansion said, all results, and after each fiftieth of them how far it is
            assertThat(subscribed.path("from").asLong()).isEqualTo(5_102);
        }
    }

    /** Subscribes; asks again while the publisher does not come to where the topic is in the time that it gives itself. */
    private static JsonNode fromNow(TestSocket socket, JobLog log) throws Exception {
        while (true) {
            socket.send("{\"subscribe\":{\"id\":\"n\",\"stream\":\"" + log.id() + "\",\"after\":\"now\"}}");
            JsonNode answer = socket.nextJson();
            if (answer.has("subscribed")) {
                return answer.path("subscribed");
            }
            assertThat(answer.path("error").path("retryable").asBoolean())
                    .as("%s", answer)
                    .isTrue();
        }
    }

    @Test
    void shouldSendWhatIsBeingMadeWithoutAPositionAndCatchANewcomerUp() throws Exception {
        // given
        JobLog log = JobLog.ofCall();
        topics.send(log.accepted(0));
        try (TestSocket first = socket();
                TestSocket newcomer = socket()) {
            first.subscribe(log.id(), null, -1);
            first.nextJson();
            topics.sendRaw(Topics.DELTAS, log.id(), log.delta(0, 0, "One ").toByteArray());
            JsonNode begin = first.nextJson().path("delta");
            topics.sendRaw(Topics.DELTAS, log.id(), log.delta(0, 4, "two").toByteArray());
            JsonNode more = first.nextJson().path("delta");

            // when
            newcomer.subscribe(log.id(), null, -1);
            newcomer.nextJson();
            JsonNode whole = newcomer.nextJson().path("delta");
            topics.send(log.success(0));

            // then
            assertThat(begin.path("text").asText()).isEqualTo("One ");
            assertThat(more.path("position").asLong()).isEqualTo(4);
            assertThat(whole.path("position").asLong()).isZero();
            assertThat(whole.path("text").asText()).isEqualTo("One two");
            assertThat(newcomer.nextJson().path("event").path("offset").asLong())
                    .isZero();
        }
    }

    @Test
    void shouldServeFiveHundredSubscriptionsOnOneSocketWhileOneOfThemNeverGivesCredit() throws Exception {
        // given
        List<JobLog> logs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            JobLog log = JobLog.ofJob();
            logs.add(log);
            topics.sendSoon(log.submitted());
            topics.sendSoon(log.expanded(0, 4));
            for (long item = 0; item < 4; item++) {
                topics.sendSoon(log.success(item));
            }
        }
        topics.send(logs.getLast().expansionFinished(4, 4));
        Map<String, NoGapNoRepeat> subscribers = new HashMap<>();

        // when
        try (TestSocket socket = socket()) {
            for (JobLog log : logs) {
                subscribers.put(log.id(), new NoGapNoRepeat());
                String credit = log.equals(logs.getFirst()) ? "0" : "100";
                socket.send("{\"subscribe\":{\"id\":\"" + log.id() + "\",\"stream\":\"" + log.id() + "\",\"credit\":"
                        + credit + "}}");
            }
            int left = 500 + 499 * 9;
            while (left > 0) {
                JsonNode frame = socket.nextJson();
                JsonNode subscribed = frame.path("subscribed");
                JsonNode event = frame.path("event");
                if (frame.has("subscribed")) {
                    named(subscribers, subscribed.path("id").asText())
                            .subscribed(
                                    subscribed.path("epoch").asText(),
                                    subscribed.path("recovered").asBoolean(),
                                    subscribed.path("from").asLong());
                } else if (event.path("type").asText().equals("end")) {
                    continue;
                } else {
                    named(subscribers, event.path("id").asText())
                            .event(event.path("offset").asLong());
                }
                left--;
            }
        }

        // then
        assertThat(subscribers.values())
                .allSatisfy(
                        subscriber -> assertThat(subscriber.verdict().held()).isTrue());
        assertThat(named(subscribers, logs.getFirst().id()).position()).isEqualTo(-1);
        assertThat(named(subscribers, logs.get(1).id()).position()).isEqualTo(8);
    }

    @Test
    void shouldCloseTheSocketOfOneWhoSendsFramesWithoutEnd() throws Exception {
        try (TestSocket socket = socket()) {
            // when
            for (int i = 0; i < 20_000; i++) {
                socket.send("{\"credit\":{\"id\":\"a\",\"n\":1}}");
            }

            // then
            Eventually.check(socket::isClosed, "the socket is closed");
            assertThat(socket.closeCode()).isEqualTo((short) 4029);
        }
    }

    private static NoGapNoRepeat named(Map<String, NoGapNoRepeat> subscribers, String id) {
        return Objects.requireNonNull(subscribers.get(id));
    }

    private TestSocket socket() throws Exception {
        return new TestSocket(vertx, publisher.port(), "/v1/results");
    }

    private void send(StreamEvent... events) throws Exception {
        for (StreamEvent event : events) {
            topics.send(event);
        }
    }
}
