package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.EveryRequestAnswered;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest(shared = false)
class PublisherFaultIT {
    private static final int REQUESTS = 200;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

    private @Nullable Process publisher;

    @AfterEach
    void kill() throws InterruptedException {
        if (publisher != null) {
            publisher.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldGoOnWithoutGapOrRepeatWhenItIsKilledWhilePushing(KafkaCluster kafka, @TempDir Path folder)
            throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        EveryRequestAnswered answered = new EveryRequestAnswered();
        NoGapNoRepeat ordered = new NoGapNoRepeat();
        int port = freePort();
        Vertx vertx = Vertx.vertx();
        try (TestTopics topics = new TestTopics(kafka)) {
            topics.inTransaction(log.submitted(), log.expanded(0, REQUESTS));
            publisher = start(kafka, folder, port);

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
                publisher = start(kafka, folder, port);
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

    private static Process start(KafkaCluster kafka, Path folder, int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublisherMain.class.getName(),
                        "--set",
                        "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                        "--set",
                        "publisher.streams.state_dir=" + folder,
                        "--set",
                        "publisher.streams.instance_id=fault",
                        "--set",
                        "publisher.internal.port=0",
                        "--set",
                        "admin.port=0",
                        "--set",
                        "http.port=" + port)
                .redirectError(folder.resolve("publisher.log").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
