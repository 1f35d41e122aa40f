package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with a real Kafka: records in, records and answers out, across restarts. */
@KafkaTest(shared = false)
final class AssemblerIT {
    private static final int PARTITIONS = 2;
    private static final String[] SLOWLY = {
        "assembler.expansion.slice_lines=16",
        "assembler.expansion.slices_per_turn=1",
        "assembler.expansion.interval=5ms"
    };
    private static final String LANE = Topics.requests(ChunkRecords.MODEL, Lane.BATCH);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;
    private final Producer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Running> running = new ArrayList<>();

    private record Running(AssemblerService service, ServiceContext context) {}

    AssemblerIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.producer = producer(Map.of());
    }

    @BeforeEach
    void createTopics() {
        cluster.createTopic(Topics.CHUNKS, PARTITIONS);
        cluster.createTopic(LANE, PARTITIONS);
        cluster.createTopic(Topics.RESULTS_JOBS, PARTITIONS);
        cluster.createTopic(Topics.DEAD_LETTERS, 1);
    }

    @AfterEach
    void stopAll() {
        List.copyOf(running).forEach(this::stop);
        producer.close();
        http.close();
        cluster.deleteTopics(List.of(Topics.CHUNKS, LANE, Topics.RESULTS_JOBS, Topics.DEAD_LETTERS));
    }

    @Test
    void shouldExpandEveryLineExactlyOnceAcrossRestartsAndLostState() throws Exception {
        // given
        int lines = 3000;
        String upload = ChunkRecords.uploadId();
        String job = ChunkRecords.jobId();
        for (ProducerRecord<byte[], byte[]> record : ChunkRecords.file(upload, ChunkRecords.lines(lines), 20_000)) {
            write(record);
        }
        write(ChunkRecords.expand(upload, job));
        try (TopicReader<InferenceRequest> requests =
                        new TopicReader<>(cluster, LANE, record -> InferenceRequest.parseFrom(record.value()));
                TopicReader<StreamEvent> events = new TopicReader<>(
                        cluster, Topics.RESULTS_JOBS, record -> StreamEvent.parseFrom(record.value()))) {
            // when
            Running first = start("one", SLOWLY);
            requests.until(read -> read.size() >= 300, "300 requests");
            stop(first);
            Running second = start("one", SLOWLY);
            requests.until(read -> read.size() >= 1200, "1200 requests");
            stop(second);
            start("two");

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
        Running running = start("one");
        String upload = ChunkRecords.uploadId();

        // when
        RecordMetadata broken = write(ChunkRecords.data(upload, 0, new byte[10]));
        RecordMetadata next = write(ChunkRecords.open(upload, 10));

        // then
        assertThat(state(running, upload, next.partition(), next.offset()).getLength())
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
        Running first = start("one");
        String upload = ChunkRecords.uploadId();
        write(ChunkRecords.open(upload, 100));

        // when
        for (int position = 0; position < 50; position += 10) {
            RecordMetadata written = write(ChunkRecords.data(upload, position, new byte[10]));
            assertThat(state(first, upload, written.partition(), written.offset())
                            .getContiguous())
                    .isEqualTo(position + 10);
        }
        stop(first);
        RecordMetadata meanwhile = write(ChunkRecords.data(upload, 50, new byte[50]));
        abortATransaction();
        Running second = start("one");

        // then: at the end stand an aborted record and its marker, which no processor sees
        long end = end(meanwhile.partition());
        assertThat(end).isGreaterThan(meanwhile.offset() + 2);
        assertThat(state(second, upload, meanwhile.partition(), end - 1).getStatus())
                .isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
        stop(second);
        Running third = start("one");
        assertThat(state(third, upload, meanwhile.partition(), end - 1).getContiguous())
                .isEqualTo(100);
        assertThat(get(third, ChunkRecords.uploadId(), "").statusCode()).isEqualTo(404);
        assertThat(get(third, upload, "?partition=" + (1 - meanwhile.partition()) + "&seen=0")
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<byte[]> ahead = get(third, upload, "?partition=" + meanwhile.partition() + "&seen=" + (end + 100));
        assertThat(ahead.statusCode()).isEqualTo(503);
        assertThat(ahead.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void shouldSayWhereTheContentOfAFileLies() throws Exception {
        // given
        Running running = start("one");
        String upload = ChunkRecords.uploadId();
        write(ChunkRecords.open(upload, 100));
        write(ChunkRecords.data(upload, 0, new byte[30]));
        RecordMetadata late = write(ChunkRecords.data(upload, 60, new byte[40]));
        String before = "?partition=" + late.partition() + "&seen=" + late.offset();
        assertThat(ManifestPage.parseFrom(
                                get(running, upload + "/manifest", before).body())
                        .getPiecesList())
                .isEmpty();

        // when
        RecordMetadata middle = write(ChunkRecords.data(upload, 20, new byte[50]));

        // then: what overlaps is cut, and the page begins with the piece in which the byte is
        String seen = "?partition=" + middle.partition() + "&seen=" + middle.offset();
        ManifestPage page = ManifestPage.parseFrom(
                get(running, upload + "/manifest", seen + "&from=35&limit=1").body());
        assertThat(page.getPosition()).isEqualTo(30);
        assertThat(page.getMore()).isTrue();
        assertThat(page.getPiecesList())
                .containsExactly(ChunkReference.newBuilder()
                        .setPartition(middle.partition())
                        .setOffset(middle.offset())
                        .setSkip(10)
                        .setLength(30)
                        .build());
        ManifestPage rest = ManifestPage.parseFrom(
                get(running, upload + "/manifest", seen + "&from=60").body());
        assertThat(rest.getPiecesList()).extracting(ChunkReference::getOffset).containsExactly(late.offset());
        assertThat(rest.getMore()).isFalse();
        assertThat(get(running, upload + "/manifest", "?limit=x").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldAnswerForUploadsOfOtherInstances() throws Exception {
        // given
        Running one = start("one");
        Running two = start("two");
        Map<String, RecordMetadata> uploads = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            String upload = ChunkRecords.uploadId();
            uploads.put(upload, write(ChunkRecords.open(upload, 100 + i)));
        }
        assertThat(uploads.values()).extracting(RecordMetadata::partition).contains(0, 1);

        // then
        for (Running each : List.of(one, two)) {
            for (Map.Entry<String, RecordMetadata> upload : uploads.entrySet()) {
                UploadState state = state(
                        each,
                        upload.getKey(),
                        upload.getValue().partition(),
                        upload.getValue().offset());
                assertThat(state.getOpen().getUploadId()).isEqualTo(upload.getKey());
            }
        }
    }

    private Running start(String name, String... overrides) {
        List<String> all = new ArrayList<>(
                List.of("assembler.streams.state_dir=" + folder.resolve(name), "assembler.internal.port=0"));
        all.addAll(List.of(overrides));
        AssemblerMain.Config config =
                ConfigLoader.load(AssemblerMain.Config.class, new ConfigSources(null, Map.of(), all));
        ServiceContext context = ServiceContext.create();
        AssemblerService service = AssemblerService.start(
                config.assembler(), KafkaSettings.at(cluster.bootstrapServers()), config.models(), context);
        Running started = new Running(service, context);
        running.add(started);
        Eventually.check(context.health()::ready, "the assembler is ready");
        return started;
    }

    private void stop(Running each) {
        each.service().close();
        each.context().close();
        running.remove(each);
    }

    private RecordMetadata write(ProducerRecord<byte[], byte[]> record)
            throws InterruptedException, ExecutionException {
        return producer.send(record).get();
    }

    private void abortATransaction() throws InterruptedException, ExecutionException {
        try (Producer<byte[], byte[]> aborting = producer(Map.of("transactional.id", "aborting"))) {
            aborting.initTransactions();
            aborting.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                aborting.send(new ProducerRecord<>(Topics.CHUNKS, partition, null, new byte[1]))
                        .get();
            }
            aborting.abortTransaction();
        }
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> extra) {
        return new KafkaProducer<>(cluster.clientConfig(extra), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private long end(int partition) {
        try (TopicReader<byte[]> chunks = new TopicReader<>(cluster, Topics.CHUNKS, ConsumerRecord::value)) {
            return chunks.end(partition);
        }
    }

    private UploadState state(Running asked, String upload, int partition, long seen)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(asked, upload, "?partition=" + partition + "&seen=" + seen);
        assertThat(response.statusCode()).isEqualTo(200);
        return UploadState.parseFrom(response.body());
    }

    private HttpResponse<byte[]> get(Running asked, String upload, String query)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(asked.service().address() + "/internal/v1/uploads/" + upload + query))
                        .header(Tenant.HTTP_HEADER, Tenant.DEFAULT)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
