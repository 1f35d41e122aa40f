package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlignedExpansionTest {
    private static final String A = ChunkRecords.line("a");
    private static final String B = ChunkRecords.line("b");
    private static final String C = ChunkRecords.line("c");

    private final String upload = ChunkRecords.uploadId();
    private final String job = Ids.jobOfUpload(Tenant.DEFAULT, upload);
    private final List<StreamEvent> events = new ArrayList<>();
    private final List<InferenceRequest> requests = new ArrayList<>();
    private AssemblerDriver driver;

    @BeforeEach
    void start(@TempDir Path folder) {
        driver = new AssemblerDriver(folder, "assembler.expansion.slice_lines=2");
        driver.pipe(ChunkRecords.open(UploadOpen.newBuilder()
                .setUploadId(upload)
                .setRecordAligned(true)
                .setJob(JobParameters.newBuilder()
                        .setEndpoint(ChunkRecords.ENDPOINT)
                        .setCompletionWindowMs(60_000)
                        .setCompletionWindow("60s"))));
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldExpandChunksAsTheyComeWhileTheUploadIsOpen() {
        // when: the second chunk comes first
        driver.pipe(ChunkRecords.lines(upload, 1, A.length() + 2, 3, B + C + ChunkRecords.line("d")));

        // then
        awaitRequests(3);
        assertThat(requests).extracting(InferenceRequest::getItem).containsExactly(2L, 3L, 4L);
        assertThat(requests).extracting(InferenceRequest::getLine).containsExactly(3L, 4L, 5L);
        assertThat(events.getFirst().getJobSubmitted().getInputFileId()).isEqualTo(upload);
        assertThat(state().getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
        assertThat(events).noneMatch(StreamEvent::hasExpansionFinished);

        // when: a line, a blank one, and the end
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A + "\r\n"));
        driver.pipe(complete());

        // then: the blank line left a hole
        StreamEvent end = awaitEnd();
        awaitRequests(4);
        assertThat(registered()).containsExactlyInAnyOrder(0L, 2L, 3L, 4L);
        assertThat(end.getExpansionFinished().getTotal()).isEqualTo(4);
        assertThat(end.getExpansionFinished().getValid()).isEqualTo(4);
        assertThat(end.getExpansionFinished().hasFailure()).isFalse();
        driver.turnUntil(() -> driver.entries(StateStores.CHUNKS) == 0, "the notes go");
    }

    @Test
    void shouldPutRequestsOfAChunkTogetherByTheirPlaceInTheJob() {
        // given: chunks of two lines, far behind the job's first
        driver.pipe(ChunkRecords.lines(upload, 1, 10_000, 101, A + B));
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, C + ChunkRecords.line("d")));

        // when
        List<InferenceRequest> records = new ArrayList<>();
        driver.turnUntil(
                () -> {
                    records.addAll(driver.records(Lane.BATCH));
                    return records.size() >= 3;
                },
                "3 records");

        // then
        assertThat(records).extracting(InferenceRequest::getItem).containsExactly(100L, 0L, 1L);
        assertThat(records.getFirst().getFurtherList())
                .singleElement()
                .satisfies(further -> assertThat(further.getItem()).isEqualTo(101));
        assertThat(RequestRecords.each(records.getFirst()))
                .extracting(InferenceRequest::getLine)
                .containsExactly(101L, 102L);
    }

    @Test
    void shouldLetTheFirstInTheLogHaveACustomId() {
        driver.pipe(ChunkRecords.lines(upload, 1, A.length(), 2, A));
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A));
        driver.pipe(complete());

        assertThat(awaitEnd().getExpansionFinished().getValid()).isEqualTo(1);
        awaitRequests(1);
        assertThat(requests.getFirst().getItem()).isEqualTo(1);
        assertThat(events).filteredOn(StreamEvent::hasResult).singleElement().satisfies(event -> {
            assertThat(event.getResult().getItem()).isZero();
            assertThat(event.getResult().getFailure().getCode()).isEqualTo(ErrorCode.DUPLICATE_CUSTOM_ID.code());
        });
    }

    @Test
    void shouldTakeTheSameNumberWithTheSameBytesOnce() {
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A));
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A));
        driver.pipe(complete());

        assertThat(awaitEnd().getExpansionFinished().getTotal()).isEqualTo(1);
        awaitRequests(1);
    }

    @Test
    void shouldFailUploadAndJobWhenANumberComesWithOtherBytes() {
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A));
        awaitRequests(1);
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, B));

        assertThat(awaitEnd().getExpansionFinished().getFailure().getCode())
                .isEqualTo(ErrorCode.UPLOAD_CONFLICT.code());
        assertThat(state().getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_FAILED);
        assertThat(state().getFailure().getMessage()).contains("sequence number 0");
    }

    @Test
    void shouldFailTheJobWhenTwoChunksClaimALine() {
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A + B));
        driver.pipe(ChunkRecords.lines(upload, 1, A.length() * 2L, 2, C));

        assertThat(awaitEnd().getExpansionFinished().getFailure().getMessage()).contains("same line");
        assertThat(requests).hasSizeLessThanOrEqualTo(2);

        // and: the upload may go on and complete, and leaves nothing behind
        driver.pipe(ChunkRecords.lines(upload, 2, A.length() * 3L, 4, C));
        driver.pipe(complete());
        assertThat(state().getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
        driver.turnUntil(() -> driver.entries(StateStores.CHUNKS) == 0, "the notes go");
    }

    @Test
    void shouldFailTheJobWhenALineIsCutIntoTwoChunks() {
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A.stripTrailing()));
        driver.pipe(ChunkRecords.lines(upload, 1, A.length() - 1L, 2, B));
        driver.pipe(complete());

        assertThat(awaitEnd().getExpansionFinished().getFailure().getMessage()).contains("line break");
    }

    @Test
    void shouldEndTheJobWithTheUpload() {
        driver.pipe(ChunkRecords.lines(upload, 0, 0, 1, A));
        awaitRequests(1);
        driver.pipe(ChunkRecords.cancel(upload));

        assertThat(awaitEnd().getExpansionFinished().getFailure().getCode()).isEqualTo(ErrorCode.UPLOAD_GONE.code());
        driver.turnUntil(() -> driver.entries(StateStores.CHUNKS) == 0, "the notes go");
    }

    @Test
    void shouldRefuseBytesThatNameNoLine() {
        driver.pipe(ChunkRecords.data(upload, 0, A.getBytes(StandardCharsets.UTF_8)));
        driver.pipe(ChunkRecords.chunk(upload, 0, 0, A.getBytes(StandardCharsets.UTF_8)));

        assertThat(driver.deadLetters()).hasSize(2);
        assertThat(state().getCovered()).isZero();
    }

    private ProducerRecord<byte[], byte[]> complete() {
        return ChunkRecords.control(
                upload,
                RecordKind.COMPLETE,
                UploadComplete.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(upload)
                        .build());
    }

    private UploadState state() {
        return Objects.requireNonNull(driver.upload(upload));
    }

    private void awaitRequests(int count) {
        driver.turnUntil(
                () -> {
                    events.addAll(driver.events());
                    requests.addAll(driver.requests(Lane.BATCH));
                    return requests.size() >= count;
                },
                count + " requests");
        assertThat(requests).hasSize(count);
    }

    private StreamEvent awaitEnd() {
        driver.turnUntil(
                () -> {
                    events.addAll(driver.events());
                    return !events.isEmpty() && events.getLast().hasExpansionFinished();
                },
                "the end of the expansion");
        assertThat(events).allMatch(event -> event.getStreamId().equals(job));
        requests.addAll(driver.requests(Lane.BATCH));
        return events.getLast();
    }

    private List<Long> registered() {
        return events.stream()
                .filter(StreamEvent::hasExpanded)
                .flatMap(event -> LongStream.range(
                                event.getExpanded().getFrom(),
                                event.getExpanded().getTo())
                        .boxed())
                .toList();
    }
}
