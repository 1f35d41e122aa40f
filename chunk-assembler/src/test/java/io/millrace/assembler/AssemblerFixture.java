package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.UploadState;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics, instances of the service, a producer and a client, for tests with a real Kafka. */
final class AssemblerFixture implements AutoCloseable {
    static final int PARTITIONS = 2;
    static final String LANE = Topics.requests(ChunkRecords.MODEL, Lane.BATCH);

    private final KafkaCluster cluster;
    private final Path folder;
    private final Producer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Running> running = new ArrayList<>();

    /** An instance. */
    record Running(AssemblerService service, ServiceContext context) {}

    AssemblerFixture(KafkaCluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
        this.producer = producer(Map.of());
        cluster.createTopic(Topics.CHUNKS, PARTITIONS);
        cluster.createTopic(Topics.LINKS, PARTITIONS);
        cluster.createTopic(LANE, PARTITIONS);
        cluster.createTopic(Topics.RESULTS_JOBS, PARTITIONS);
        cluster.createTopic(Topics.DEAD_LETTERS, 1);
    }

    @Override
    public void close() {
        List.copyOf(running).forEach(this::stop);
        producer.close();
        http.close();
        cluster.deleteTopics(List.of(Topics.CHUNKS, Topics.LINKS, LANE, Topics.RESULTS_JOBS, Topics.DEAD_LETTERS));
    }

    Running start(String name, String... overrides) {
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

    void stop(Running each) {
        each.service().close();
        each.context().close();
        running.remove(each);
    }

    RecordMetadata write(ProducerRecord<byte[], byte[]> record) throws InterruptedException, ExecutionException {
        return producer.send(record).get();
    }

    /** All of them; where the last one stands. */
    RecordMetadata write(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException, ExecutionException {
        for (ProducerRecord<byte[], byte[]> record : records.subList(0, records.size() - 1)) {
            write(record);
        }
        return write(records.getLast());
    }

    Producer<byte[], byte[]> producer(Map<String, Object> extra) {
        return new KafkaProducer<>(cluster.clientConfig(extra), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What is known of the upload once this record is processed. */
    UploadState state(Running asked, String upload, RecordMetadata seen) throws IOException, InterruptedException {
        return state(asked, upload, seen.partition(), seen.offset());
    }

    /** Asks again, as an edge does, while nobody can say: a rebalance may come in several rounds. */
    UploadState state(Running asked, String upload, int partition, long seen) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = Eventually.value(
                () -> Optional.of(upload(asked, upload + "?partition=" + partition + "&seen=" + seen))
                        .filter(answer -> answer.statusCode() != HttpURLConnection.HTTP_UNAVAILABLE),
                "somebody can say how far " + upload + " is");
        assertThat(response.statusCode()).isEqualTo(200);
        return UploadState.parseFrom(response.body());
    }

    /** What is known of the upload once it is settled. */
    UploadState settled(Running asked, String upload, RecordMetadata seen) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = settled(asked.service().address(), upload, seen);
        assertThat(response.statusCode()).isEqualTo(200);
        return UploadState.parseFrom(response.body());
    }

    /** The same of an instance at this address, whatever it answers. */
    HttpResponse<byte[]> settled(String address, String upload, RecordMetadata seen)
            throws IOException, InterruptedException {
        return get(
                address,
                "/internal/v1/uploads/" + upload + "?settled=true&partition=" + seen.partition() + "&seen="
                        + seen.offset());
    }

    HttpResponse<byte[]> upload(Running asked, String pathAndQuery) throws IOException, InterruptedException {
        return get(asked, "/internal/v1/uploads/" + pathAndQuery);
    }

    HttpResponse<byte[]> get(Running asked, String pathAndQuery) throws IOException, InterruptedException {
        return get(asked.service().address(), pathAndQuery);
    }

    private HttpResponse<byte[]> get(String address, String pathAndQuery) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + pathAndQuery))
                        .header(Tenant.HTTP_HEADER, Tenant.DEFAULT)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
