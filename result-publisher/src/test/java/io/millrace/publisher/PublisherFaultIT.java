package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.Eventually;
import io.millrace.testing.FreePorts;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.EveryRequestAnswered;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KafkaTest(shared = false)
class PublisherFaultIT {
    private static final int REQUESTS = 200;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

    private @Nullable PublisherProcess publisher;

    @AfterEach
    void kill() throws InterruptedException {
        if (publisher != null) {
            publisher.kill();
        }
    }

    /** Far earlier than its session ends: with a name of its operator's, and with that which it keeps in its folder. */
    @ParameterizedTest
    @ValueSource(strings = {"streams.instance_id=fault", "streams.session_timeout=45s"})
    void shouldGoOnWithoutGapOrRepeatWhenItIsKilledWhilePushing(
            String setting, KafkaCluster kafka, @TempDir Path folder) throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        EveryRequestAnswered answered = new EveryRequestAnswered();
        NoGapNoRepeat ordered = new NoGapNoRepeat();
        int port = FreePorts.one();
        Vertx vertx = Vertx.vertx();
        try (TestTopics topics = new TestTopics(kafka)) {
            topics.inTransaction(log.submitted(), log.expanded(0, REQUESTS));
            publisher = PublisherProcess.start(kafka, folder, port, setting);

            // when
            @Nullable String epoch = null;
            for (int kill = 0; kill < 2; kill++) {
                try (Subscribed open = subscribe(vertx, port, log.id(), epoch, ordered)) {
                    epoch = open.answer().path("epoch").asText();
                    for (long item = kill * 100L; item < kill * 100L + 100; item++) {
                        answered.expect("line-" + item);
                        topics.send(log.success(item));
                        take(open.socket(), ordered, answered);
                    }
                    kill();
                }
                publisher = PublisherProcess.start(kafka, folder, port, setting);
            }
            topics.send(log.expansionFinished(REQUESTS, REQUESTS));
            try (Subscribed open = subscribe(vertx, port, log.id(), epoch, ordered)) {
                while (!take(open.socket(), ordered, answered)) {
                    assertThat(open.socket().isClosed()).isFalse();
                }
            }
        } finally {
            vertx.close();
        }

        // then
        assertThat(ordered.restarts()).isZero();
        Guarantee.requireAll(ordered, answered);
    }

    /** Takes the next event; whether it is the last. */
    private static boolean take(TestSocket socket, NoGapNoRepeat ordered, EveryRequestAnswered answered)
            throws Exception {
        JsonNode event = socket.nextJson().path("event");
        ordered.event(event.path("offset").asLong());
        if (event.path("type").asText().equals("result")) {
            answered.answered(event.path("custom_id").asText(), "succeeded");
        }
        return event.path("type").asText().equals("end");
    }

    /** Subscribes where the subscriber stands, as soon as the publisher is back and can read the stream. */
    private static Subscribed subscribe(
            Vertx vertx, int port, String stream, @Nullable String epoch, NoGapNoRepeat ordered) {
        Subscribed open = Eventually.value(
                BACK_WITHIN, () -> trySubscribe(vertx, port, stream, epoch, ordered.position()), "the stream is back");
        JsonNode answer = open.answer();
        ordered.subscribed(
                answer.path("epoch").asText(),
                answer.path("recovered").asBoolean(),
                answer.path("from").asLong());
        return open;
    }

    private static Optional<Subscribed> trySubscribe(
            Vertx vertx, int port, String stream, @Nullable String epoch, long offset) throws Exception {
        TestSocket socket = new TestSocket(vertx, port, "/v1/results");
        socket.subscribe(stream, epoch, offset);
        JsonNode frame = socket.nextJson();
        if (frame.has("subscribed")) {
            return Optional.of(new Subscribed(socket, frame.path("subscribed")));
        }
        socket.close();
        assertThat(frame.path("error").path("retryable").asBoolean()).isTrue();
        return Optional.empty();
    }

    private record Subscribed(TestSocket socket, JsonNode answer) implements AutoCloseable {
        @Override
        public void close() {
            socket.close();
        }
    }
}
