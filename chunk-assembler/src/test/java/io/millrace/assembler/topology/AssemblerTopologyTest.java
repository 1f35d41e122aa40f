package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.assembler.metrics.AssemblerCatalogue;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.FurtherRequest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Priority;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AssemblerTopologyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final String upload = ChunkRecords.uploadId();
    private final String job = ChunkRecords.jobId();

    @Test
    void shouldExpandAFileWhosePiecesCameInAnyOrder() {
        try (AssemblerDriver driver = new AssemblerDriver(folder, "assembler.expansion.slice_lines=2")) {
            // given
            String content = ChunkRecords.line("a") + "\r\n" + ChunkRecords.line("b") + "no json\n"
                    + ChunkRecords.line("a") + ChunkRecords.line("é").strip();
            List<ProducerRecord<byte[], byte[]>> file = ChunkRecords.file(upload, content, 50);
            List<ProducerRecord<byte[], byte[]>> reversed =
                    new ArrayList<>(file.subList(1, file.size()).reversed());

            // when
            driver.pipe(file.getFirst());
            driver.pipe(reversed);
            driver.pipe(ChunkRecords.expand(upload, job, Priority.PRIORITY_HIGH));
            List<StreamEvent> events = driver.eventsToTheEnd();

            // then
            List<InferenceRequest> requests = driver.requests(Lane.HIGH);
            assertThat(requests).extracting(InferenceRequest::getCustomId).containsExactly("a", "b", "é");
            assertThat(requests).extracting(InferenceRequest::getItem).containsExactly(0L, 1L, 4L);
            assertThat(requests).extracting(InferenceRequest::getLine).containsExactly(1L, 3L, 6L);
            assertThat(requests.getFirst().getRequestId()).isEqualTo(Ids.request(job, 0));
            assertThat(requests.getFirst().getDeadlineMs()).isEqualTo(99_000);
            assertThat(requests.getFirst().getBody().toStringUtf8())
                    .isEqualTo("{\"model\":\"all-minilm-l6-v2\",\"input\":\"text a\"}");
            assertThat(events)
                    .extracting(AssemblerTopologyTest::shown)
                    .containsExactly(
                            "expanded 0 2",
                            "expanded 2 4",
                            "result 2 invalid_json line 4",
                            "result 3 duplicate_custom_id line 5",
                            "expanded 4 5",
                            "finished 5 3 ");
            assertThat(driver.deadLetters()).isEmpty();
        }
    }

    @Test
    void shouldPutRequestsOfALargeJobTogetherAndCountEach() {
        try (AssemblerDriver driver = new AssemblerDriver(folder, "assembler.expansion.group_lines=4")) {
            // given
            String content = ChunkRecords.lines(100) + "no json\n" + ChunkRecords.line("é") + ChunkRecords.line("f");

            // when
            driver.pipe(ChunkRecords.file(upload, content, 2000));
            driver.pipe(ChunkRecords.expand(upload, job));
            List<StreamEvent> events = driver.eventsToTheEnd();

            // then: the invalid line parts no group
            List<InferenceRequest> records = driver.records(Lane.BATCH);
            assertThat(records.getFirst().getFurtherCount()).isZero();
            assertThat(records).hasSizeLessThan(60).allMatch(record -> record.getFurtherCount() < 4);
            assertThat(records.getLast().getFurtherList())
                    .extracting(FurtherRequest::getItem)
                    .endsWith(101L, 102L);
            assertThat(records.stream()
                            .flatMap(record -> RequestRecords.each(record).stream())
                            .map(InferenceRequest::getRequestId))
                    .containsExactlyElementsOf(LongStream.range(0, 103)
                            .filter(item -> item != 100)
                            .mapToObj(item -> Ids.request(job, item))
                            .toList());
            assertThat(shown(events.getLast())).isEqualTo("finished 103 102 ");
            assertThat(AssemblerCatalogue.LINES.counter(driver.meters, "valid").count())
                    .isEqualTo(102);
        }
    }

    @Test
    void shouldIgnoreARepeatedExpansion() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.file(upload, ChunkRecords.lines(3), 1000));
            driver.pipe(ChunkRecords.expand(upload, job));
            driver.pipe(ChunkRecords.expand(upload, job));
            driver.eventsToTheEnd();

            // when
            driver.pipe(ChunkRecords.expand(upload, job));
            driver.turn();

            // then
            assertThat(driver.events()).isEmpty();
            assertThat(driver.requests(Lane.BATCH)).hasSize(3);
        }
    }

    @Test
    void shouldStartTheJobOfAnUploadWhenItIsComplete() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            byte[] content = ChunkRecords.line("a").getBytes(StandardCharsets.UTF_8);
            JobParameters parameters = JobParameters.newBuilder()
                    .setEndpoint(ChunkRecords.ENDPOINT)
                    .setCompletionWindowMs(60_000)
                    .build();
            driver.pipe(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(upload)
                    .setLength(content.length)
                    .setJob(parameters)));

            // when
            driver.pipe(ChunkRecords.data(upload, 0, content));
            driver.pipe(ChunkRecords.data(upload, 0, content));
            List<StreamEvent> events = driver.eventsToTheEnd();

            // then
            String started = Ids.jobOfUpload(Tenant.DEFAULT, upload);
            JobSubmitted submitted = events.getFirst().getJobSubmitted();
            assertThat(events).extracting(StreamEvent::getStreamId).containsOnly(started);
            assertThat(submitted.getParameters().getJobId()).isEqualTo(started);
            assertThat(submitted.getSubmittedAtMs()).isEqualTo(5_000);
            assertThat(submitted.getDeadlineMs()).isEqualTo(65_000);
            assertThat(events.subList(1, events.size()))
                    .extracting(AssemblerTopologyTest::shown)
                    .containsExactly("expanded 0 1", "finished 1 1 ");
        }
    }

    @Test
    void shouldEndTheExpansionOfAnEmptyFile() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(ChunkRecords.open(upload, 0));
            driver.pipe(ChunkRecords.expand(upload, job));

            assertThat(driver.eventsToTheEnd())
                    .extracting(AssemblerTopologyTest::shown)
                    .containsExactly("finished 0 0 ");
        }
    }

    @Test
    void shouldFailTheExpansionOfAFileThatIsNotThere() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(ChunkRecords.expand(upload, job));
            driver.pipe(ChunkRecords.expand(upload, job));

            assertThat(driver.events())
                    .extracting(AssemblerTopologyTest::shown)
                    .containsExactly("finished 0 0 file_not_found");
        }
    }

    @Test
    void shouldFailTheExpansionOfAFileThatIsNotKeptAnyMore() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(ChunkRecords.file(upload, ChunkRecords.lines(20), 100));
            driver.loseFrom(5);
            driver.pipe(ChunkRecords.expand(upload, job));

            List<StreamEvent> events = driver.eventsToTheEnd();

            assertThat(shown(events.getLast())).endsWith("file_unreadable");
        }
    }

    @Test
    void shouldEndTheExpansionOfAFileThatIsDeletedMeanwhileAndForgetItsPieces() {
        try (AssemblerDriver driver = new AssemblerDriver(
                folder, "assembler.expansion.slice_lines=1", "assembler.expansion.slices_per_turn=1")) {
            // given
            driver.pipe(ChunkRecords.file(upload, ChunkRecords.lines(100), 100));
            driver.pipe(ChunkRecords.expand(upload, job));
            driver.turnUntil(() -> !driver.requests(Lane.BATCH).isEmpty(), "the expansion has begun");

            // when
            driver.pipe(ChunkRecords.cancel(upload));
            List<StreamEvent> events = driver.eventsToTheEnd();

            // then
            assertThat(shown(events.getLast())).endsWith("file_unreadable");
            assertThat(driver.upload(upload))
                    .extracting(UploadState::getStatus)
                    .isEqualTo(UploadStatus.UPLOAD_STATUS_CANCELLED);
            driver.turnUntil(() -> driver.entries(StateStores.PENDING) == 0, "nothing is left to do");
            assertThat(driver.entries(StateStores.PIECES)).isZero();
            assertThat(driver.entries(StateStores.CUSTOM_IDS)).isZero();
        }
    }

    @Test
    void shouldGiveEveryJobItsTurnWhenThereAreMoreThanMayBeRead() {
        try (AssemblerDriver driver = new AssemblerDriver(
                folder,
                "assembler.expansion.active_jobs=2",
                "assembler.expansion.slice_lines=1",
                "assembler.expansion.slices_per_turn=4")) {
            // given: two huge jobs take both places before the others come
            driver.pipe(ChunkRecords.file(upload, ChunkRecords.lines(80), 1000));
            driver.pipe(ChunkRecords.expand(upload, ChunkRecords.jobId()));
            driver.pipe(ChunkRecords.expand(upload, ChunkRecords.jobId()));
            List<InferenceRequest> requests = new ArrayList<>();
            driver.turnUntil(() -> requests.addAll(driver.requests(Lane.BATCH)), "they have begun");
            String small = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.file(small, ChunkRecords.lines(2), 1000));
            List<String> jobs = List.of(ChunkRecords.jobId(), ChunkRecords.jobId(), ChunkRecords.jobId());

            // when
            jobs.forEach(each -> driver.pipe(ChunkRecords.expand(small, each)));
            List<String> ended = new ArrayList<>();
            driver.turnUntil(
                    () -> {
                        driver.events().stream()
                                .filter(StreamEvent::hasExpansionFinished)
                                .forEach(event -> ended.add(event.getStreamId()));
                        return ended.size() == 5;
                    },
                    "all jobs are expanded");

            // then
            assertThat(ended.subList(0, 3)).containsExactlyInAnyOrderElementsOf(jobs);
            requests.addAll(driver.requests(Lane.BATCH));
            assertThat(requests)
                    .hasSize(2 * 80 + 3 * 2)
                    .extracting(InferenceRequest::getRequestId)
                    .doesNotHaveDuplicates();
        }
    }

    private static String shown(StreamEvent event) {
        return switch (event.getKindCase()) {
            case EXPANDED ->
                "expanded " + event.getExpanded().getFrom() + " "
                        + event.getExpanded().getTo();
            case RESULT ->
                "result " + event.getResult().getItem() + " "
                        + event.getResult().getFailure().getCode() + " line "
                        + event.getResult().getFailure().getLine();
            case EXPANSION_FINISHED ->
                "finished " + event.getExpansionFinished().getTotal() + " "
                        + event.getExpansionFinished().getValid() + " "
                        + event.getExpansionFinished().getFailure().getCode();
            default -> event.getKindCase().name();
        };
    }
}
