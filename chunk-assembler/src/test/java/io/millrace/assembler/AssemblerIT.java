package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with a real Kafka: records in, records and answers out, across restarts. */
@KafkaTest(shared = false)
final class AssemblerIT {
    private static final String[] SLOWLY = {
        "assembler.expansion.slice_lines=16",
        "assembler.expansion.slices_per_turn=1",
        "assembler.expansion.interval=5ms"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;
    private AssemblerFixture assembler;

    @NullUnmarked
    AssemblerIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void prepare() {
        assembler = new AssemblerFixture(cluster, folder);
    }

    @AfterEach
    void close() {
        assembler.close();
    }

    @Test
    void shouldExpandEveryLineExactlyOnceAcrossRestartsAndLostState() throws Exception {
        // given
        int lines = 3000;
        String upload = ChunkRecords.uploadId();
        String job = ChunkRecords.jobId();
        for (ProducerRecord<byte[], byte[]> record : ChunkRecords.file(upload, ChunkRecords.lines(lines), 20_000)) {
            assembler.write(record);
        }
        assembler.write(ChunkRecords.expand(upload, job));
        try (TopicReader<InferenceRequest> requests = TopicReader.requests(cluster, AssemblerFixture.LANE);
                TopicReader<StreamEvent> events = new TopicReader<>(
                        cluster, Topics.RESULTS_JOBS, record -> StreamEvent.parseFrom(record.value()))) {
            // when
            AssemblerFixture.Running first = assembler.start("one", SLOWLY);
            requests.until(read -> read.size() >= 300, "300 requests");
            assembler.stop(first);
            AssemblerFixture.Running second = assembler.start("one", SLOWLY);
            requests.until(read -> read.size() >= 1200, "1200 requests");
            assembler.stop(second);
            assembler.start("two");

            // then
            assertThatRangesReach(lines, events.until(AssemblerIT::ended, "the end"));
            assertThat(requests.until(read -> read.size() >= lines, "all requests"))
                    .extracting(InferenceRequest::getItem)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, lines).boxed().toList());
        }
    }

    private static boolean ended(List<StreamEvent> events) {
        return !events.isEmpty() && events.getLast().hasExpansionFinished();
    }

    private static void assertThatRangesReach(int lines, List<StreamEvent> events) {
        long next = 0;
        for (StreamEvent event : events.subList(0, events.size() - 1)) {
            assertThat(event.getExpanded().getFrom()).isEqualTo(next);
            next = event.getExpanded().getTo();
        }
        assertThat(next).isEqualTo(lines);
        ExpansionFinished finished = events.getLast().getExpansionFinished();
        assertThat(finished.getTotal()).isEqualTo(lines);
        assertThat(finished.getValid()).isEqualTo(lines);
        assertThat(finished.hasFailure()).isFalse();
    }

    @Test
    void shouldSendABrokenRecordToTheDeadLettersAndGoOn() throws Exception {
        // given
        AssemblerFixture.Running running = assembler.start("one");
        String upload = ChunkRecords.uploadId();

        // when
        RecordMetadata broken = assembler.write(ChunkRecords.data(upload, 0, new byte[10]));
        RecordMetadata next = assembler.write(ChunkRecords.open(upload, 10));

        // then
        assertThat(assembler
                        .state(running, upload, next.partition(), next.offset())
                        .getLength())
                .isEqualTo(10);
        try (TopicReader<String> letters = new TopicReader<>(
                cluster,
                Topics.DEAD_LETTERS,
                record -> header(record, "millrace-cause-code") + " " + header(record, "millrace-source-offset"))) {
            assertThat(letters.until(read -> !read.isEmpty(), "a dead letter"))
                    .containsExactly("upload_not_found " + broken.offset());
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldAnswerWithWhatWasWrittenBeforeAlsoWhenNothingCameSinceItsStart() throws Exception {
        // given
        AssemblerFixture.Running first = assembler.start("one");
        String upload = ChunkRecords.uploadId();
        assembler.write(ChunkRecords.open(upload, 100));

        // when
        for (int position = 0; position < 50; position += 10) {
            RecordMetadata written = assembler.write(ChunkRecords.data(upload, position, new byte[10]));
            assertThat(assembler
                            .state(first, upload, written.partition(), written.offset())
                            .getContiguous())
                    .isEqualTo(position + 10);
        }
        assembler.stop(first);
        RecordMetadata meanwhile = assembler.write(ChunkRecords.data(upload, 50, new byte[50]));
        abortATransaction();
        AssemblerFixture.Running second = assembler.start("one");

        // then: at the end stand an aborted record and its marker, which no processor sees
        long end = end(meanwhile.partition());
        assertThat(end).isGreaterThan(meanwhile.offset() + 2);
        assertThat(assembler
                        .state(second, upload, meanwhile.partition(), end - 1)
                        .getStatus())
                .isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
        assembler.stop(second);
        AssemblerFixture.Running third = assembler.start("one");
        assertThat(assembler
                        .state(third, upload, meanwhile.partition(), end - 1)
                        .getContiguous())
                .isEqualTo(100);
        assertThat(assembler.upload(third, ChunkRecords.uploadId()).statusCode())
                .isEqualTo(404);
        assertThat(assembler
                        .upload(third, upload + "?partition=" + (1 - meanwhile.partition()) + "&seen=0")
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<byte[]> ahead =
                assembler.upload(third, upload + "?partition=" + meanwhile.partition() + "&seen=" + (end + 100));
        assertThat(ahead.statusCode()).isEqualTo(503);
        assertThat(ahead.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void shouldSayWhereTheContentOfAFileLies() throws Exception {
        // given
        AssemblerFixture.Running running = assembler.start("one");
        String upload = ChunkRecords.uploadId();
        assembler.write(ChunkRecords.open(upload, 100));
        assembler.write(ChunkRecords.data(upload, 0, new byte[30]));
        RecordMetadata late = assembler.write(ChunkRecords.data(upload, 60, new byte[40]));
        String before = "?partition=" + late.partition() + "&seen=" + late.offset();
        assertThat(ManifestPage.parseFrom(assembler
                                .upload(running, upload + "/manifest" + before)
                                .body())
                        .getPiecesList())
                .isEmpty();

        // when
        RecordMetadata middle = assembler.write(ChunkRecords.data(upload, 20, new byte[50]));

        // then: what overlaps is cut, and the page begins with the piece in which the byte is
        String seen = "?partition=" + middle.partition() + "&seen=" + middle.offset();
        ManifestPage page = ManifestPage.parseFrom(assembler
                .upload(running, upload + "/manifest" + seen + "&from=35&limit=1")
                .body());
        assertThat(page.getPosition()).isEqualTo(30);
        assertThat(page.getMore()).isTrue();
        assertThat(page.getPiecesList())
                .containsExactly(ChunkReference.newBuilder()
                        .setPartition(middle.partition())
                        .setOffset(middle.offset())
                        .setSkip(10)
                        .setLength(30)
                        .build());
        ManifestPage rest = ManifestPage.parseFrom(assembler
                .upload(running, upload + "/manifest" + seen + "&from=60")
                .body());
        assertThat(rest.getPiecesList()).extracting(ChunkReference::getOffset).containsExactly(late.offset());
        assertThat(rest.getMore()).isFalse();
        assertThat(assembler.upload(running, upload + "/manifest?limit=x").statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldAnswerForUploadsOfOtherInstances() throws Exception {
        // given
        AssemblerFixture.Running one = assembler.start("one");
        AssemblerFixture.Running two = assembler.start("two");
        Map<String, RecordMetadata> uploads = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            String upload = ChunkRecords.uploadId();
            uploads.put(upload, assembler.write(ChunkRecords.open(upload, 100 + i)));
        }
        assertThat(uploads.values()).extracting(RecordMetadata::partition).contains(0, 1);

        // then
        for (AssemblerFixture.Running each : List.of(one, two)) {
            for (Map.Entry<String, RecordMetadata> upload : uploads.entrySet()) {
                UploadState state = assembler.state(
                        each,
                        upload.getKey(),
                        upload.getValue().partition(),
                        upload.getValue().offset());
                assertThat(state.getOpen().getUploadId()).isEqualTo(upload.getKey());
            }
        }
    }

    private void abortATransaction() throws InterruptedException, ExecutionException {
        try (Producer<byte[], byte[]> aborting = assembler.producer(Map.of("transactional.id", "aborting"))) {
            aborting.initTransactions();
            aborting.beginTransaction();
            for (int partition = 0; partition < AssemblerFixture.PARTITIONS; partition++) {
                aborting.send(new ProducerRecord<>(Topics.CHUNKS, partition, null, new byte[1]))
                        .get();
            }
            aborting.abortTransaction();
        }
    }

    private long end(int partition) {
        try (TopicReader<byte[]> chunks = new TopicReader<>(cluster, Topics.CHUNKS, ConsumerRecord::value)) {
            return chunks.end(partition);
        }
    }
}
