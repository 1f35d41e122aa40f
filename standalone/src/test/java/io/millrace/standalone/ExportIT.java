package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.replay.ResultSpan;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that are asked for by the time at which they came. */
@KafkaTest
class ExportIT {
    @TempDir
    Path folder;

    @Test
    void shouldExportWhatJobsAndCallsCameToInATime(KafkaCluster cluster) throws Exception {
        Path input = JobLines.write(folder.resolve("job.jsonl"), JobLines.names(1));
        try (AllServices services = AllServices.start(cluster, folder);
                MillraceClient client = AllServices.client(services.port())) {
            // given
            call(services.port());
            Instant from = Instant.now();
            String call = call(services.port());
            Job job = services.submit(client, input);
            client.results().follow(job.id(), null, (position, event) -> {});

            // when
            ResultSpan span = ResultSpan.read(
                    KafkaSettings.at(cluster.bootstrapServers()), new TimeSpan(Optional.of(from), Optional.empty()));
            Exported exported = new Exported();
            long written = span.export(client.pages(LinkListener.NONE), client.requests(LinkListener.NONE), exported);

            // then
            assertThat(written).isEqualTo(2);
            assertThat(exported.results())
                    .singleElement()
                    .satisfies(result -> assertThat(result.requestId()).isEqualTo(Ids.request(job.id(), 0)));
            assertThat(exported.calls()).containsOnlyKeys(call);
            assertThat(exported.calls().get(call)).satisfies(outcome -> {
                assertThat(outcome.succeeded()).isTrue();
                assertThat(outcome.body()).contains("embedding");
            });
        }
    }

    /** Makes a call, and returns the id of its request. */
    private static String call(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/embeddings"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"" + JobLines.MODEL + "\",\"input\":\"What is a call?\"}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("Millrace-Request-Id")
                    .orElseThrow();
        }
    }
}
