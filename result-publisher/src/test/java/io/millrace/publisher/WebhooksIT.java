package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class WebhooksIT {
    private static final String KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private record Told(String id, String time, String signature, String body) {}

    private final TestHttp http = new TestHttp();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private volatile int status = 500;
    private HttpServer receiver;
    private TestTopics topics;

    @BeforeEach
    void start(KafkaCluster kafka) throws IOException {
        topics = new TestTopics(kafka);
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        topics.close();
        http.close();
    }

    @Test
    void shouldTellOfTheEndOfAJobUntilItIsHeardAlsoAfterARestart(KafkaCluster kafka, @TempDir Path folder)
            throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        JobLog last = JobLog.ofJob();
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?x=1";
        try (RunningPublisher publisher = publisher(kafka, folder, "webhooks.private_addresses=true")) {
            topics.send(log.submittedTelling(0, url));
            topics.send(log.expanded(0, 1));
            topics.send(log.success(0));
            topics.send(log.expansionFinished(1, 1));
            Eventually.check(() -> publisher.measured("millrace.publisher.webhooks") >= 2, "it is tried again");
        }

        // when
        status = 204;
        int before = told.size();
        try (RunningPublisher publisher = publisher(kafka, folder, "webhooks.private_addresses=true")) {
            Eventually.check(() -> publisher.measured("millrace.publisher.webhooks") >= 1, "it is delivered");
            topics.send(last.submittedTelling(0, url, url));
            topics.send(last.cancelRequested());
            Eventually.check(() -> told.size() == before + 3, "each webhook of the next job is told once");
        }

        // then
        assertThat(told.subList(0, before + 1))
                .extracting(Told::id)
                .containsOnly(told.getFirst().id());
        assertThat(told.getLast().id()).isNotEqualTo(told.get(told.size() - 2).id());
        for (Told each : told) {
            assertThat(each.signature()).isEqualTo(sign(each));
        }
        JsonNode event = new ObjectMapper().readTree(told.getFirst().body());
        assertThat(event.path("type").asText()).isEqualTo("batch.completed");
        assertThat(event.at("/data/id").asText()).isEqualTo(log.id());
        assertThat(told.getLast().body()).contains("batch.cancelled");
    }

    @Test
    void shouldCallNoPrivateAddressUnlessItIsAllowedAndRemoveAJobThatIsDeleted(KafkaCluster kafka, @TempDir Path folder)
            throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        try (RunningPublisher publisher = publisher(kafka, folder)) {
            topics.send(log.submittedTelling(
                    0, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"));
            topics.send(log.cancelRequested());
            Eventually.check(() -> publisher.measured("millrace.publisher.webhooks") >= 1, "it was tried");

            // when
            topics.send(log.deleteRequested());

            // then
            Eventually.check(
                    () -> http.get(publisher.port(), "/v1/batches/" + log.id() + "/results")
                                    .statusCode()
                            == 404,
                    "the job is gone");
        }
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTellOthersWhileAReceiverNeverAnswers(KafkaCluster kafka, @TempDir Path folder) throws Exception {
        // given
        status = 204;
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RunningPublisher publisher = publisher(
                        kafka,
                        folder,
                        "webhooks.private_addresses=true",
                        "webhooks.at_once=4",
                        "webhooks.timeout=10m")) {
            for (int job = 0; job < 20; job++) {
                JobLog log = JobLog.ofJob();
                topics.send(log.submittedTelling(0, "http://127.0.0.1:" + silent.getLocalPort() + "/"));
                topics.send(log.cancelRequested());
            }
            silent.accept().close();
            Eventually.check(() -> publisher.measured("millrace.publisher.webhooks") >= 1, "one attempt failed");

            // when
            JobLog log = JobLog.ofJob();
            topics.send(log.submittedTelling(
                    0, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"));
            topics.send(log.cancelRequested());

            // then
            Eventually.check(() -> told.size() == 1, "the other one is told");
        }
    }

    private static RunningPublisher publisher(KafkaCluster kafka, Path folder, String... more) {
        String[] settings = Arrays.copyOf(more, more.length + 1);
        settings[more.length] = "webhooks.secret=whsec_" + KEY;
        return RunningPublisher.start(kafka.bootstrapServers(), folder, "hooks", Clock.systemUTC(), settings);
    }

    private void receive(HttpExchange exchange) throws IOException {
        told.add(new Told(
                exchange.getRequestHeaders().getFirst("webhook-id"),
                exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                exchange.getRequestHeaders().getFirst("webhook-signature"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static String sign(Told told) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
        byte[] signed = (told.id() + "." + told.time() + "." + told.body()).getBytes(StandardCharsets.UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    }
}
