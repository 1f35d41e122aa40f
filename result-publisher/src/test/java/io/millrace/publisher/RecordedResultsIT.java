package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On brokers of its own, because it deletes records. */
@KafkaTest(shared = false)
class RecordedResultsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int GROUP = 30;
    private static final int REQUESTS = 3 * GROUP + 2;

    private final TestHttp http = new TestHttp();
    private final Vertx vertx = Vertx.vertx();
    private final JobLog log = JobLog.ofJob();
    private TestTopics topics;
    private RecordMetadata last;

    /** Of a job of 92 requests all have their result: three groups that are large, one that is small. */
    @BeforeEach
    void write(KafkaCluster kafka) throws Exception {
        topics = new TestTopics(kafka);
        topics.inTransaction(log.submitted(), log.expanded(0, REQUESTS), log.expansionFinished(REQUESTS, REQUESTS));
        topics.send(group(0, GROUP));
        // One comes twice, as after a crash.
        topics.send(group(GROUP - 1, 2 * GROUP));
        last = topics.send(group(2 * GROUP, 3 * GROUP));
        topics.send(group(3 * GROUP, REQUESTS));
    }

    @AfterEach
    void close() {
        vertx.close();
        topics.close();
        http.close();
    }

    @Test
    void shouldServeResultsFromTheirTopicWherever(KafkaCluster kafka, @TempDir Path folder) throws Exception {
        // given: one that was there when they came, and one that restores its stores
        List<JsonNode> live;
        try (RunningPublisher first = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("1"))) {
            awaitEnd(first);
            live = follow(first, null, -1);
        }

        // when
        try (RunningPublisher second = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("2"))) {
            List<JsonNode> again = follow(second, null, -1);
            String epoch = again.getFirst().path("epoch").asText();
            List<JsonNode> rest = follow(second, epoch, 40);
            List<JsonNode> output = lines(get(second, "output"));
            HttpResponse<byte[]> one =
                    http.get(second.internalPort(), "/internal/v1/requests/" + Ids.request(log.id(), GROUP + 3));

            // then
            assertThat(again).isEqualTo(live);
            assertThat(results(again)).extracting(RecordedResultsIT::item).containsExactlyElementsOf(items());
            assertThat(rest.subList(1, rest.size())).isEqualTo(again.subList(42, again.size()));
            assertThat(output.stream()
                            .map(line -> line.path("response")
                                    .path("body")
                                    .path("item")
                                    .asLong()))
                    .containsExactlyElementsOf(items());
            assertThat(new String(one.body(), StandardCharsets.UTF_8)).contains(body(GROUP + 3));
        }
    }

    @Test
    void shouldSayOfEachResultThatItsTopicKeepsNoLongerThatItIsGone(KafkaCluster kafka, @TempDir Path folder)
            throws Exception {
        // given
        try (RunningPublisher first = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("1"))) {
            awaitEnd(first);
        }
        TopicPartition partition = new TopicPartition(Topics.RESULTS_JOBS, TestTopics.partition(log.id()));
        kafka.admin()
                .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(last.offset())))
                .all()
                .get();

        // when
        try (RunningPublisher second = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("2"))) {
            List<JsonNode> results = results(follow(second, null, -1));
            HttpResponse<byte[]> output = get(second, "output");

            // then
            assertThat(results).hasSize(REQUESTS);
            assertThat(results.subList(0, 2 * GROUP))
                    .allSatisfy(result -> assertThat(
                                    result.path("error").path("code").asText())
                            .isEqualTo(ErrorCode.RESULT_GONE.code()));
            assertThat(results.subList(2 * GROUP, REQUESTS))
                    .allSatisfy(result -> assertThat(item(result)).isGreaterThanOrEqualTo(2 * GROUP));
            assertThat(output.statusCode()).isEqualTo(410);
            assertThat(new String(output.body(), StandardCharsets.UTF_8)).contains(Ids.request(log.id(), 0));
        }
    }

    private StreamEvent group(long from, long to) {
        return log.together(LongStream.range(from, to)
                .mapToObj(item -> log.success(item, body(item)))
                .toList());
    }

    private static String body(long item) {
        return "{\"item\":" + item + ",\"text\":\"" + "x".repeat(1024) + "\"}";
    }

    private static List<Long> items() {
        return LongStream.range(0, REQUESTS).boxed().toList();
    }

    private static long item(JsonNode result) {
        return result.path("response").path("body").path("item").asLong(-1);
    }

    private static List<JsonNode> results(List<JsonNode> frames) {
        return frames.stream()
                .filter(frame -> frame.path("type").asText().equals("result"))
                .toList();
    }

    /** What `subscribed` says, then each event up to the last. */
    private List<JsonNode> follow(RunningPublisher publisher, @Nullable String epoch, long offset) throws Exception {
        try (TestSocket socket = new TestSocket(vertx, publisher.port(), "/v1/results")) {
            socket.subscribe(log.id(), epoch, offset);
            List<JsonNode> said = new ArrayList<>();
            said.add(socket.nextJson().path("subscribed"));
            while (!said.getLast().path("type").asText().equals("end")) {
                said.add(socket.nextJson().path("event"));
            }
            return said;
        }
    }

    private void awaitEnd(RunningPublisher publisher) {
        Eventually.check(() -> get(publisher, "output").statusCode() == 200, "the job has ended");
    }

    private HttpResponse<byte[]> get(RunningPublisher publisher, String kind) throws Exception {
        return http.get(publisher.internalPort(), "/internal/v1/jobs/" + log.id() + "/files/" + kind);
    }

    private static List<JsonNode> lines(HttpResponse<byte[]> file) throws Exception {
        assertThat(file.statusCode()).isEqualTo(200);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : new String(file.body(), StandardCharsets.UTF_8).split("\n")) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
