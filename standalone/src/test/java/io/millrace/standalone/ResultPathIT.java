package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.Embeddings;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.RefusedException;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.link.FlakyLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class ResultPathIT {
    @TempDir
    static Path folder;

    private static AllServices services;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        services = AllServices.start(cluster, folder);
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void shouldDeliverEveryResultOnceToASubscriberWhoseLinkBreaksAgainAndAgain() throws Exception {
        List<String> names = JobLines.names(600);
        Path input = JobLines.write(folder.resolve("many.jsonl"), names);
        try (FlakyLink link = FlakyLink.to(services.port());
                MillraceClient client = AllServices.client(link.port())) {
            Subscriber subscriber = new Subscriber(names, count -> {
                if (count % 60 == 0) {
                    link.cutAll();
                }
            });

            Job job = services.submit(client, input);
            JobEvent.End end = client.results().follow(job.id(), null, subscriber);

            assertThat(end.status()).isEqualTo("completed");
            assertThat(end.completed()).isEqualTo(600);
            // The upload's, the subscriber's first, and two at least after cuts: what came together is there although
            // the link is cut.
            assertThat(link.connections()).isGreaterThan(3);
            subscriber.requireAll();
            assertThat(client.jobs(LinkListener.NONE).get(job.id()))
                    .extracting(Job::status, Job::total, Job::completed, Job::failed)
                    .containsExactly("completed", 600L, 600L, 0L);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithEachLineAndCompleteTheRest() throws Exception {
        Path input = Files.write(
                folder.resolve("bad.jsonl"),
                List.of(
                        JobLines.embedding("first", "a good line"),
                        "this is no JSON",
                        JobLines.embedding("x", "no name").replace("\"custom_id\":\"x\",", ""),
                        JobLines.embedding("first", "the name is taken"),
                        "{\"custom_id\":\"no-body\",\"method\":\"POST\",\"url\":\"/v1/embeddings\"}",
                        JobLines.embedding("get", "wrong method").replace("POST", "GET"),
                        JobLines.embedding("url", "wrong endpoint").replace("/v1/embeddings", "/v1/weather"),
                        JobLines.embedding("model", "unknown model").replace(JobLines.MODEL, "no-such-model"),
                        JobLines.embedding("long", "word ".repeat(400)),
                        JobLines.embedding("empty", ""),
                        "",
                        JobLines.embedding("last", "another good line")));
        try (MillraceClient client = AllServices.client(services.port())) {
            Map<Long, String> codes = new TreeMap<>();
            Job job = services.submit(client, input);
            JobEvent.End end = client.results().follow(job.id(), null, (position, event) -> {
                if (event instanceof JobEvent.Result result && result.error() != null) {
                    codes.put(result.error().line(), result.error().code());
                }
            });

            assertThat(codes)
                    .containsExactly(
                            Map.entry(2L, "invalid_json"),
                            Map.entry(3L, "missing_custom_id"),
                            Map.entry(4L, "duplicate_custom_id"),
                            Map.entry(5L, "missing_body"),
                            Map.entry(6L, "unsupported_method"),
                            Map.entry(7L, "unsupported_url"),
                            Map.entry(8L, "model_not_found"),
                            Map.entry(9L, "input_too_long"),
                            Map.entry(10L, "empty_input"));
            assertThat(end.status()).isEqualTo("completed");
            assertThat(List.of(end.total(), end.completed(), end.failed())).containsExactly(11L, 2L, 9L);
        }
    }

    @Test
    void shouldFailAJobThatHasNoValidLine() throws Exception {
        Path input = Files.writeString(folder.resolve("hopeless.jsonl"), "nothing\nof this\nis JSON\n");
        try (MillraceClient client = AllServices.client(services.port())) {
            Job job = services.submit(client, input);
            JobEvent.End end = client.results().follow(job.id(), null, (position, event) -> {});

            assertThat(end.status()).isEqualTo("failed");
            assertThat(client.jobs(LinkListener.NONE).get(job.id()).json().toString())
                    .contains("no_valid_line");
        }
    }

    @Test
    void shouldEmbedWhileTheCallerWaits() throws Exception {
        try (MillraceClient client = AllServices.client(services.port())) {
            Embeddings embeddings = client.embeddings(LinkListener.NONE);

            List<float[]> vectors = embeddings.embed(
                    JobLines.MODEL,
                    List.of("A cat sits on the mat.", "A kitten rests on a rug.", "Stocks fell today."));

            assertThat(vectors)
                    .hasSize(3)
                    .allSatisfy(vector -> assertThat(vector).hasSize(384));
            assertThat(dot(vectors.get(0), vectors.get(1))).isGreaterThan(dot(vectors.get(0), vectors.get(2)));
            assertThat(dot(vectors.get(0), vectors.get(0))).isBetween(0.99, 1.01);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotExist() {
        try (MillraceClient client = AllServices.client(services.port())) {
            String id = "00000000000000000000000000";
            assertThat(refusal(() ->
                            client.jobs(LinkListener.NONE).create("file-" + id, JobRequest.EMBEDDINGS, "some key")))
                    .isEqualTo("404 file_not_found");
            assertThat(refusal(() -> client.jobs(LinkListener.NONE).get("batch_" + id)))
                    .isEqualTo("404 batch_not_found");
            assertThat(refusal(() -> client.embeddings(LinkListener.NONE).embed("no-such-model", List.of("text"))))
                    .isEqualTo("404 model_not_found");
            assertThat(refusal(() -> client.results().follow("batch_" + id, null, (position, event) -> {})))
                    .endsWith("stream_not_found");
        }
    }

    private static String refusal(ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        return refused.status() + " " + refused.code();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
