package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@KafkaTest
class WorkerIT {
    private final KafkaCluster cluster;
    private final ServiceContext context = ServiceContext.create();
    private final LaneFixture lanes;

    WorkerIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.lanes = new LaneFixture(cluster);
    }

    @AfterEach
    void close() {
        lanes.close();
        context.close();
    }

    @Test
    void shouldAnswerJobsAndCalls() throws Exception {
        try (WorkerService worker = start()) {
            LongStream.range(0, 40).forEach(item -> lanes.send(Lane.BATCH, job(item, "Passage number " + item)));
            lanes.send(Lane.HIGH, job(40, "An urgent one"));
            lanes.send(Lane.ONLINE, lanes.request(StreamKind.STREAM_KIND_CALL, 0, "A question"));

            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 41, "41 results of jobs");
            Eventually.check(() -> lanes.answers(Topics.RESULTS_CALLS).size() == 1, "a result of the call");
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(worker).isNotNull();
        }

        Result result = lanes.answers(Topics.RESULTS_CALLS).getFirst();
        assertThat(result.getSuccess().getStatusCode()).isEqualTo(200);
        assertThat(result.getAttempt()).isNotEmpty();
        assertThat(new ObjectMapper()
                        .readTree(result.getSuccess().getBody().toByteArray())
                        .at("/data/0/embedding"))
                .hasSize(384);
    }

    @Test
    void shouldLetBadRequestsFailAloneAndBuryWhatIsNoRequest() {
        lanes.send(Lane.BATCH, job(0, "Good"));
        lanes.send(Lane.BATCH, job(1, "word ".repeat(300)));
        lanes.send(Lane.BATCH, "key".getBytes(StandardCharsets.UTF_8), "no request".getBytes(StandardCharsets.UTF_8));
        lanes.send(Lane.BATCH, job(2, ""));
        lanes.send(Lane.BATCH, job(3, "Good as well"));

        try (WorkerService worker = start()) {
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 4, "4 results");
            Eventually.check(() -> lanes.deadLetters().size() == 1, "a dead letter");
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(worker).isNotNull();
        }

        Map<Long, String> outcomes = lanes.answers(Topics.RESULTS_JOBS).stream()
                .collect(Collectors.toMap(Result::getItem, WorkerIT::outcome));
        assertThat(outcomes)
                .isEqualTo(Map.of(
                        0L, "succeeded", 1L, "input_too_long at line 2", 2L, "empty_input at line 3", 3L, "succeeded"));
        assertThat(LaneFixture.header(lanes.deadLetters().getFirst(), DeadLetterHeaders.CAUSE_CODE))
                .isEqualTo("invalid_record");
    }

    @Test
    void shouldAnswerEveryRequestOfARecordByItself() {
        lanes.sendTogether(
                Lane.BATCH, List.of(job(0, "One"), job(1, "Two"), job(2, ""), job(3, "Four"), job(4, "Five")));

        try (WorkerService worker = start()) {
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 5, "5 results");
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(worker).isNotNull();
        }

        List<Result> results = lanes.answers(Topics.RESULTS_JOBS);
        assertThat(results.stream().collect(Collectors.toMap(Result::getItem, WorkerIT::outcome)))
                .isEqualTo(Map.of(
                        0L, "succeeded",
                        1L, "succeeded",
                        2L, "empty_input at line 3",
                        3L, "succeeded",
                        4L, "succeeded"));
        assertThat(results)
                .allMatch(result -> result.getRequestId().equals("req_" + lanes.model() + "_" + result.getItem())
                        && result.getCustomId().equals("custom-" + result.getItem()));
        assertThat(lanes.deadLetters()).isEmpty();
    }

    @Test
    void shouldReadBodiesThatLieInTheChunkTopic() throws Exception {
        RecordMetadata first = lanes.chunk("line before\n{\"input\": \"in two");
        RecordMetadata second = lanes.chunk(" pieces\"}\nline after");
        FileManifest.Builder references = FileManifest.newBuilder()
                .setLength(26)
                .addPieces(piece(first, 12, 17))
                .addPieces(piece(second, 0, 9));
        lanes.send(Lane.BATCH, job(0, "").toBuilder().setReferences(references).build());
        references.setPieces(1, piece(second, 0, 9).setOffset(1_000_000));
        lanes.send(Lane.BATCH, job(1, "").toBuilder().setReferences(references).build());
        references.setLength(10 << 20);
        lanes.send(Lane.BATCH, job(2, "").toBuilder().setReferences(references).build());

        try (WorkerService worker = start()) {
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 3, "3 results");
            assertThat(worker).isNotNull();
        }

        assertThat(lanes.answers(Topics.RESULTS_JOBS).stream()
                        .collect(Collectors.toMap(Result::getItem, WorkerIT::outcome)))
                .isEqualTo(Map.of(0L, "succeeded", 1L, "file_unreadable at line 2", 2L, "input_too_long at line 3"));
    }

    private static ChunkReference.Builder piece(RecordMetadata where, int skip, int length) {
        return ChunkReference.newBuilder()
                .setPartition(where.partition())
                .setOffset(where.offset())
                .setSkip(skip)
                .setLength(length);
    }

    @Test
    void shouldLoseNothingWhenAnotherWorkerTakesOver() {
        int requests = 400;
        LongStream.range(0, requests).forEach(item -> lanes.send(Lane.BATCH, job(item, "Passage number " + item)));

        try (WorkerService first = start()) {
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() > 40, "the first worker works");
            assertThat(first).isNotNull();
        }
        int byTheFirst = lanes.answers(Topics.RESULTS_JOBS).size();
        ServiceContext fresh = ServiceContext.create();
        try (fresh;
                WorkerService second = start(fresh)) {
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(second).isNotNull();
        }

        assertThat(byTheFirst).isLessThan(requests);
        Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == requests, "every request has a result");
    }

    private WorkerService start() {
        return start(context);
    }

    private WorkerService start(ServiceContext where) {
        WorkerConfig config = ConfigLoader.load(
                WorkerConfig.class,
                new ConfigSources(
                        null,
                        Map.of(),
                        List.of(
                                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                                "models=[{name: " + lanes.model() + "}]")));
        WorkerService service = WorkerService.start(config.worker(), config.kafka(), config.models(), where);
        Eventually.check(() -> where.health().ready(), "the model is loaded");
        return service;
    }

    private InferenceRequest job(long item, String text) {
        return lanes.request(StreamKind.STREAM_KIND_JOB, item, text);
    }

    private static String outcome(Result result) {
        return result.hasSuccess()
                ? "succeeded"
                : result.getFailure().getCode() + " at line "
                        + result.getFailure().getLine();
    }
}
