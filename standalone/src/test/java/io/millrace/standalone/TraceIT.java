package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.client.NativeOptions;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.Traceparent;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace in which a client asks something is in every record that comes of it, and in its result. */
@KafkaTest
class TraceIT {
    @TempDir
    static Path folder;

    private static AllServices services;
    private static KafkaCluster cluster;

    private final String trace = Traceparent.traceId(Traceparent.continuing(null));

    @BeforeAll
    static void start(KafkaCluster given) throws InterruptedException {
        cluster = given;
        services = AllServices.start(given, folder);
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void shouldFollowAJobFromItsUploadToItsResults() throws Exception {
        String endpoint = Base64.getEncoder().encodeToString("/v1/embeddings".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> created = send(post("/uploads", JobLines.embedding("one", "a text") + "\nno JSON\n")
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", "" + (JobLines.embedding("one", "a text") + "\nno JSON\n").length())
                .header("Upload-Metadata", "endpoint " + endpoint)
                .header("Content-Type", "application/offset+octet-stream"));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String job = created.headers().firstValue("Millrace-Batch-Id").orElseThrow();
        String upload = created.headers().firstValue("Location").orElseThrow().replaceAll(".*/", "");

        assertThat(results(job)).hasSize(2).allSatisfy(line -> assertThat(line).contains(trace));
        assertThat(traces(Topics.CHUNKS, upload)).containsExactly(trace);
        assertThat(traces(Topics.requests(JobLines.MODEL, Lane.BATCH), Ids.request(job, 0)))
                .containsExactly(trace);
        assertThat(traces(Topics.RESULTS_JOBS, job)).containsExactly(trace);
    }

    @Test
    void shouldFollowABatchOverAFileOfAnotherTrace() throws Exception {
        Path input = JobLines.write(folder.resolve("native.jsonl"), JobLines.names(3));
        String file;
        try (MillraceClient client = AllServices.client(services.port())) {
            file = client.nativeUpload((reason, delay) -> {})
                    .send(input, NativeOptions.file("traced"))
                    .counts()
                    .fileId();
        }
        Set<String> before = traces(Topics.CHUNKS, file);
        assertThat(before)
                .as("one trace is made for what comes without")
                .hasSize(1)
                .doesNotContain("", trace);

        HttpResponse<String> created = send(post(
                        "/v1/batches",
                        "{\"input_file_id\":\"" + file
                                + "\",\"endpoint\":\"/v1/embeddings\",\"completion_window\":\"1h\"}")
                .header("Content-Type", "application/json"));
        String job = created.body().replaceAll("(?s).*?(batch_[0-9a-z]{26}).*", "$1");

        assertThat(results(job)).hasSize(3).allSatisfy(line -> assertThat(line).contains(trace));
        assertThat(traces(Topics.RESULTS_JOBS, job)).containsExactly(trace);
    }

    @Test
    void shouldFollowACall() throws Exception {
        HttpResponse<String> answer =
                send(post("/v1/embeddings", "{\"model\":\"" + JobLines.MODEL + "\",\"input\":\"a text\"}")
                        .header("Content-Type", "application/json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String request = answer.headers().firstValue("Millrace-Request-Id").orElseThrow();
        String stream = answer.headers().firstValue("Millrace-Stream").orElseThrow();

        assertThat(traces(Topics.requests(JobLines.MODEL, Lane.ONLINE), request))
                .containsExactly(trace);
        assertThat(traces(Topics.RESULTS_CALLS, stream)).containsExactly(trace);
    }

    /** The lines of all results, once the job has ended. */
    private static List<String> results(String job) throws Exception {
        try (MillraceClient client = AllServices.client(services.port())) {
            client.results().follow(job, null, (position, event) -> {});
        }
        HttpRequest.Builder page = HttpRequest.newBuilder(address("/v1/batches/" + job + "/results?after=-1"));
        return send(page).body().lines().toList();
    }

    /** The traces of all records with this key; an empty text for one without. */
    private static Set<String> traces(String topic, String key) {
        return records(topic).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(key))
                .map(record -> Traceparent.traceId(Traceparent.of(record.headers())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                cluster.clientConfig(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    private HttpRequest.Builder post(String path, String body) {
        return HttpRequest.newBuilder(address(path))
                .header(Traceparent.HEADER, "00-" + trace + "-00f067aa0ba902b7-01")
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static URI address(String path) {
        return URI.create("http://127.0.0.1:" + services.port() + path);
    }
}
