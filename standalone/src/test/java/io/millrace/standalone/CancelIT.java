package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.RefusedException;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class CancelIT {
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
    void shouldEndARunningJobAndKeepTheResultsThatItHas() throws Exception {
        // given
        Path input = JobLines.write(folder.resolve("running.jsonl"), JobLines.names(1000));
        try (MillraceClient client = AllServices.client(services.port())) {
            Job job = services.submit(client, input);

            // when
            Job cancelled = client.jobs(LinkListener.NONE).cancel(job.id());

            // then
            assertThat(cancelled.status()).isEqualTo("cancelled");
            AtomicLong results = new AtomicLong();
            JobEvent.End end = client.results().follow(job.id(), null, (position, event) -> {
                if (event instanceof JobEvent.Result) {
                    results.incrementAndGet();
                }
            });
            assertThat(end.status()).isEqualTo("cancelled");
            assertThat(results).hasValue(end.completed() + end.failed());
            assertThat(end.completed()).isLessThan(1000);
            assertThat(client.jobs(LinkListener.NONE).cancel(job.id()).status()).isEqualTo("cancelled");
            assertThat(cancel(job.id()).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void shouldRefuseToCancelAJobThatHasEnded() throws Exception {
        // given
        Path input = JobLines.write(folder.resolve("ended.jsonl"), JobLines.names(3));
        try (MillraceClient client = AllServices.client(services.port())) {
            Job job = services.submit(client, input);
            client.results().follow(job.id(), null, (position, event) -> {});

            // when
            RefusedException refused = catchThrowableOfType(
                    RefusedException.class, () -> client.jobs(LinkListener.NONE).cancel(job.id()));

            // then
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("batch_finished");
            assertThat(refused).hasMessageContaining("completed");
            assertThat(client.jobs(LinkListener.NONE).get(job.id()).status()).isEqualTo("completed");
        }
    }

    @Test
    void shouldNotFindAJobThatDoesNotExist() throws Exception {
        assertThat(cancel("batch_00000000000000000000000000").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> cancel(String job) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + services.port() + "/v1/batches/" + job + "/cancel");
            return http.send(
                    HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        }
    }
}
