package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.NativeOptions;
import io.millrace.runtime.metrics.Metric;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.standalone.command.MetricsCommand;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A system to which everything happened that is measured, looked at by those who operate it. */
@KafkaTest
class MetricsIT {
    private static final Path DASHBOARDS = Path.of("../deploy/grafana/dashboards");
    private static final Pattern NAME = Pattern.compile("\\b(?:millrace[_:]|jvm_|process_|up\\b)[a-zA-Z0-9_:]*");
    private static final Pattern RECORDED = Pattern.compile("record: (\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static ModelServer server;
    private static AllServices services;

    @BeforeAll
    static void start(KafkaCluster cluster) throws Exception {
        server = ModelServer.start();
        services = AllServices.start(
                cluster,
                folder,
                "models=[{name: " + JobLines.MODEL + "}, {name: talker, backend: openai, openai: {urls: ['"
                        + server.baseUrl() + "']}}]",
                "publisher.webhooks.secret=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
        runAJob();
        chat();
        poison(cluster);
    }

    @AfterAll
    static void stop() throws Exception {
        services.close();
        server.close();
    }

    @Test
    void shouldShowWhatTheCatalogueSaysAndNothingElse() throws Exception {
        Map<String, String> types = new TreeMap<>();
        metrics().forEach(metric -> {
            types.put(
                    metric.scraped(),
                    switch (metric.kind()) {
                        case COUNTER -> "counter";
                        case GAUGE -> "gauge";
                        case TIMER -> "histogram";
                        case SUMMARY -> "summary";
                    });
            if (metric.kind() == Metric.Kind.TIMER || metric.kind() == Metric.Kind.SUMMARY) {
                types.put(metric.scraped() + "_max", "gauge");
            }
        });
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(scrape().types())
                        .as(
                                "every metric belongs into its service's Catalogue, and what is in one must happen in this test")
                        .isEqualTo(types));

        Scrape scrape = scrape();
        assertThat(metrics())
                .allSatisfy(metric ->
                        assertThat(scrape.labels()).containsEntry(firstSeries(metric), new TreeSet<>(metric.labels())));
    }

    @Test
    void shouldHaveWhateverDashboardsAndRulesAskFor() throws Exception {
        Set<String> known = new TreeSet<>(scrape().series());
        known.add("up");
        String recording = Files.readString(PrometheusProcess.DEPLOYED.resolve("recording.yml"));
        RECORDED.matcher(recording).results().forEach(rule -> known.add(rule.group(1)));

        for (String query : queries()) {
            assertThat(names(query)).as(query).isNotEmpty();
            assertThat(known).as(query).containsAll(names(query));
        }
        String alerts = Files.readString(PrometheusProcess.DEPLOYED.resolve("alerts.yml"));
        assertThat(known).containsAll(names(recording)).containsAll(names(alerts));
    }

    @Test
    void shouldBeScrapedByARealPrometheusThatUnderstandsAllQueries() throws Exception {
        try (PrometheusProcess prometheus =
                PrometheusProcess.scraping(services.adminPort(), Files.createTempDirectory(folder, "prometheus"))) {
            Eventually.check(prometheus::hasScraped, "Prometheus to scrape");

            for (String query : queries()) {
                prometheus.query(query);
            }
            assertThat(prometheus
                            .query("sum(millrace_publisher_outcomes_total{kind=\"succeeded\"})")
                            .findValuesAsText("value"))
                    .hasSize(1);
            assertThat(prometheus.query("millrace_worker_backlog_records{lane=\"batch\"}"))
                    .hasSize(2);
            Eventually.check(
                    () -> prometheus.rules().findValuesAsText("health").stream().allMatch("ok"::equals),
                    "all rules to be evaluated");
            assertThat(prometheus.rules().findValuesAsText("health")).hasSizeGreaterThan(20);
        }
    }

    private static void runAJob() throws Exception {
        List<String> lines = new ArrayList<>(List.of("this is no JSON"));
        JobLines.names(20).forEach(name -> lines.add(JobLines.embedding(name, "a line of text")));
        Path input = Files.write(folder.resolve("job.jsonl"), lines);
        try (MillraceClient client = AllServices.client(services.port())) {
            Job job = services.submit(client, input);
            client.results().follow(job.id(), null, (position, event) -> {});
            client.embeddings(LinkListener.NONE).embed(JobLines.MODEL, List.of("while somebody waits"));
            String file = client.nativeUpload((reason, delay) -> {})
                    .send(input, NativeOptions.file("measured"))
                    .counts()
                    .fileId();
            assertThat(get("/v1/files/" + file + "/content")).isEqualTo(200);
            assertThat(get("/v1/files/file-nowhere")).isEqualTo(404);
        }
    }

    private static void chat() throws Exception {
        server.answerNext(new Behaviour.Refuse(500, "", "internal", "oops"), Behaviour.PROMPT);
        String body = "{\"model\":\"talker\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
        assertThat(send(HttpRequest.newBuilder(address("/v1/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))))
                .isEqualTo(200);
    }

    /** A record that nobody can read, and one about an upload that nobody knows. */
    private static void poison(KafkaCluster cluster) throws Exception {
        byte[] key = "file-00000000000000000000000000".getBytes(StandardCharsets.UTF_8);
        UploadCancel cancel = UploadCancel.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setUploadId("file-00000000000000000000000000")
                .setCause(CancelCause.CANCEL_CAUSE_CLIENT)
                .build();
        ProducerRecord<byte[], byte[]> idle = new ProducerRecord<>(Topics.CHUNKS, key, cancel.toByteArray());
        ChunkHeaders.put(idle.headers(), ChunkHeaders.KIND, RecordKind.CANCEL.headerValue());
        ChunkHeaders.put(idle.headers(), ChunkHeaders.TENANT, Tenant.DEFAULT);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                cluster.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.CHUNKS, key, new byte[] {1, 2, 3}))
                    .get();
            producer.send(idle).get();
        }
    }

    private static Scrape scrape() throws IOException, InterruptedException {
        return Scrape.of(services.adminPort());
    }

    private static List<Metric> metrics() {
        return MetricsCommand.catalogues().stream()
                .flatMap(catalogue -> catalogue.metrics().stream())
                .toList();
    }

    private static String firstSeries(Metric metric) {
        return switch (metric.kind()) {
            case COUNTER, GAUGE -> metric.scraped();
            case TIMER, SUMMARY -> metric.scraped() + "_count";
        };
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            for (Path file : files.toList()) {
                JsonNode dashboard = JSON.readTree(file.toFile());
                queries.addAll(dashboard.findValuesAsText("expr"));
            }
        }
        assertThat(queries).hasSizeGreaterThan(50);
        return queries;
    }

    private static List<String> names(String expressions) {
        String plain = expressions.replaceAll("\"[^\"]*\"", "").replaceAll("#.*", "");
        return NAME.matcher(plain).results().map(MatchResult::group).toList();
    }

    private static int get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(path)));
    }

    private static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    private static URI address(String path) {
        return URI.create("http://127.0.0.1:" + services.port() + path);
    }
}
