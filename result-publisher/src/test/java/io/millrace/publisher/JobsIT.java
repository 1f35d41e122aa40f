package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.JobFile;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestHttp http = new TestHttp();
    private TestTopics topics;
    private StandInAssembler assembler;
    private RunningPublisher publisher;

    @BeforeAll
    void start(KafkaCluster kafka, @TempDir Path folder) throws IOException {
        topics = new TestTopics(kafka);
        assembler = new StandInAssembler();
        publisher =
                RunningPublisher.start(kafka.bootstrapServers(), folder, "it", Clock.systemUTC(), assembler.setting());
    }

    @AfterAll
    void stop() {
        publisher.close();
        assembler.close();
        topics.close();
        http.close();
    }

    /** An assembler that dies in the middle of a transaction holds back what others had acknowledged. */
    @Test
    void shouldNotSayThatAJobDoesNotExistWhileItsBeginningIsHeldBackByATransaction() throws Exception {
        // given
        JobLog other = JobLog.ofJob();
        topics.begin(other.submitted());

        // when
        HttpResponse<byte[]> early = http.get(publisher.internalPort(), "/internal/v1/jobs/" + other.id());
        topics.commit();

        // then
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(http.get(publisher.internalPort(), "/internal/v1/jobs/" + other.id())
                        .statusCode())
                .isEqualTo(200);
        assertThat(http.get(
                                publisher.internalPort(),
                                "/internal/v1/jobs/" + JobLog.ofJob().id())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldBuildTheFilesOfACancelledJobWithWhatNeverRan() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        send(
                log.submitted(),
                log.expanded(0, 3),
                log.expanded(5, 8),
                log.success(6),
                log.failure(0, ErrorCode.INVALID_JSON),
                log.success(1),
                log.cancelRequested());

        List<JsonNode> unknown = lines(file(log, "errors"));
        StringBuilder file = new StringBuilder();
        for (int line = 0; line < 8; line++) {
            file.append("{\"custom_id\":\"line-").append(line).append("\"}\n\n");
        }
        assembler.serve(topics.sendRaw(Topics.CHUNKS, "file", file.toString().getBytes(StandardCharsets.UTF_8)));

        // when
        List<JsonNode> output = lines(file(log, "output"));
        List<JsonNode> errors = lines(file(log, "errors"));

        // then
        assertThat(output.stream().map(line -> line.path("custom_id").asText())).containsExactly("line-6", "line-1");
        assertThat(output).allSatisfy(line -> {
            assertThat(line.path("response").path("status_code").asInt()).isEqualTo(200);
            assertThat(line.path("response").path("body").path("item").isNumber())
                    .isTrue();
            assertThat(line.path("error").isNull()).isTrue();
        });
        assertThat(errors.stream().map(line -> line.path("error").path("code").asText()))
                .containsExactly("invalid_json", "batch_cancelled", "batch_cancelled", "batch_cancelled");
        assertThat(errors.stream().map(line -> line.path("id").asText()))
                .containsExactly(
                        Ids.request(log.id(), 0),
                        Ids.request(log.id(), 2),
                        Ids.request(log.id(), 5),
                        Ids.request(log.id(), 7));
        assertThat(errors)
                .allSatisfy(line -> assertThat(line.path("response").isNull()).isTrue());
        assertThat(errors.stream().map(line -> line.path("custom_id").asText()))
                .containsExactly("line-0", "line-2", "line-5", "line-7");
        assertThat(errors.getLast().path("error").path("line").asLong()).isEqualTo(15);
        assertThat(unknown.getLast().path("custom_id").isNull()).isTrue();
    }

    @Test
    void shouldResumeADownloadAtAnyByte() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        send(log.submitted(), log.expanded(0, 2), log.success(0), log.success(1), log.expansionFinished(2, 2));
        String uri = "/internal/v1/jobs/" + log.id() + "/files/output";
        byte[] whole = file(log, "output").body();

        // when
        int size = (int) JobFile.parseFrom(
                        http.get(publisher.internalPort(), uri + "/size").body())
                .getBytes();
        HttpResponse<byte[]> rest = http.get(publisher.internalPort(), uri, "Range", "bytes=17-");
        HttpResponse<byte[]> part = http.get(publisher.internalPort(), uri, "Range", "bytes=5-11");
        HttpResponse<byte[]> beyond = http.get(publisher.internalPort(), uri, "Range", "bytes=" + size + "-");

        // then
        assertThat(size).isEqualTo(whole.length);
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 17, size));
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 5, 12));
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 5-11/" + size);
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(http.get(publisher.internalPort(), uri.replace("output", "errors"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldListJobsNewestFirstPageByPage() throws Exception {
        // given
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            JobLog log = JobLog.ofJob();
            long later = JobLog.SUBMITTED_AT + 1_000_000 + i / 2;
            send(log.submitted(later, JobLog.DEADLINE + 1, "f"));
            ids.addFirst(log.id());
        }
        for (String id : ids) {
            awaitSubmitted(id);
        }

        // when
        List<JobView> listed = new ArrayList<>();
        String after = "";
        while (listed.size() < 5) {
            JobList page = JobList.parseFrom(http.get(publisher.internalPort(), "/internal/v1/jobs?limit=2" + after)
                    .body());
            listed.addAll(page.getJobsList());
            assertThat(page.getMore() || listed.size() >= 5).isTrue();
            JobView last = page.getJobsList().getLast();
            after = "&after=" + last.getJobId() + "&before="
                    + last.getState().getJob().getSubmittedAtMs();
        }

        // then
        assertThat(listed.stream().limit(5).map(JobView::getJobId)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(listed.stream().limit(5).map(view -> view.getState().getJob().getSubmittedAtMs()))
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void shouldStreamServerSentEventsFromAnyPosition() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        send(log.submitted(), log.expanded(0, 2), log.success(0), log.success(1), log.expansionFinished(2, 2));
        String uri = "/v1/batches/" + log.id() + "/events";

        // when
        List<String> all = ids(http.get(publisher.port(), uri));
        List<String> rest = ids(http.get(publisher.port(), uri, "Last-Event-ID", all.get(1)));
        HttpResponse<byte[]> nothing = http.get(publisher.port(), uri, "Last-Event-ID", all.getLast());

        // then
        assertThat(all).hasSize(6);
        assertThat(rest).isEqualTo(all.subList(2, 6));
        assertThat(nothing.statusCode()).isEqualTo(204);
        assertThat(http.get(publisher.port(), uri, "Last-Event-ID", "x").statusCode())
                .isEqualTo(400);
        assertThat(http.get(publisher.port(), "/v1/streams/" + JobLog.ofJob().id() + "/events")
                        .statusCode())
                .isEqualTo(404);
    }

    private void send(StreamEvent... events) throws Exception {
        topics.inTransaction(events);
    }

    private void awaitSubmitted(String id) throws Exception {
        assertThat(http.get(publisher.internalPort(), "/internal/v1/jobs/" + id).statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<byte[]> file(JobLog log, String kind) throws Exception {
        awaitSubmitted(log.id());
        Eventually.check(
                () -> http.get(publisher.internalPort(), "/internal/v1/jobs/" + log.id() + "/files/" + kind)
                                .statusCode()
                        == 200,
                "the job has ended");
        return http.get(publisher.internalPort(), "/internal/v1/jobs/" + log.id() + "/files/" + kind);
    }

    private static List<JsonNode> lines(HttpResponse<byte[]> file) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : new String(file.body(), StandardCharsets.UTF_8).split("\n")) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static List<String> ids(HttpResponse<byte[]> events) {
        assertThat(events.statusCode()).isEqualTo(200);
        return new String(events.body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList();
    }
}
