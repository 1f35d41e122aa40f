package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ClientException;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.NativeOptions;
import io.millrace.client.NativeOptions.Codec;
import io.millrace.client.NativeResult;
import io.millrace.client.UploadListener;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import io.millrace.testing.link.Direction;
import io.millrace.testing.link.FlakyLink;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native protocol from end to end. */
@KafkaTest
class NativePathIT {
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
    void shouldSendAFileOnceOverALinkThatBreaksAgainAndAgain() throws Exception {
        // given: half of it can be compressed
        byte[] content = new byte[3_000_000];
        new Random(12).nextBytes(content);
        System.arraycopy(new byte[1_000_000], 0, content, 1_000_000, 1_000_000);
        Path file = Files.write(folder.resolve("native.bin"), content);
        NoAcknowledgedByteResent guarantee = new NoAcknowledgedByteResent();

        // when
        NativeResult result;
        try (FlakyLink link = FlakyLink.to(services.port());
                MillraceClient client = AllServices.client(link.port())) {
            link.cutAfterBytes(Direction.UP, 700_000);
            link.limit(Direction.UP, 4_000_000);
            result = client.nativeUpload(new SecondCut(guarantee, link, 600_000))
                    .send(file, NativeOptions.file("native-file").withChunkSize(64 << 10));
        }

        // then
        Guarantee.requireAll(guarantee);
        assertThat(result.counts().interruptions()).isGreaterThanOrEqualTo(2);
        assertThat(result.wireBytes() - result.counts().resent()).isLessThan(2_100_000);
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI target = URI.create("http://127.0.0.1:" + services.port() + "/v1/files/"
                    + result.counts().fileId() + "/content");
            assertThat(http.send(HttpRequest.newBuilder(target).build(), BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(content);
        }
    }

    @Test
    void shouldDeliverTheFirstResultsWhileTheUploadIsStillOpen() throws Exception {
        // given: a file whose upload would take seconds, and that stops as soon as its first lines are acknowledged
        List<String> names = JobLines.names(600);
        Path input = JobLines.write(folder.resolve("lines.jsonl"), names);
        NativeOptions how = NativeOptions.job("streamed", JobRequest.EMBEDDINGS)
                .withChunkSize(4096)
                .withCodec(Codec.IDENTITY);
        String upload = Ids.fromIdempotencyKey(Ids.FILE, Tenant.DEFAULT, "/uploads", "streamed");
        String job = Ids.jobOfUpload(Tenant.DEFAULT, upload);
        CompletableFuture<Void> stalled = new CompletableFuture<>();
        CompletableFuture<Integer> first = new CompletableFuture<>();
        Subscriber subscriber = new Subscriber(names, first::complete);
        try (FlakyLink link = FlakyLink.to(services.port());
                MillraceClient sender = AllServices.client(link.port());
                MillraceClient reader = AllServices.client(services.port())) {
            link.limit(Direction.UP, 20_000);
            UploadListener stall = new UploadListener() {
                @Override
                public void interrupted(String reason, Duration delay) {}

                @Override
                public void acknowledged(long offset) {
                    if (stalled.complete(null)) {
                        link.stall();
                    }
                }
            };

            // when
            CompletableFuture<NativeResult> sent =
                    inBackground(() -> sender.nativeUpload(stall).send(input, how));
            stalled.get(20, TimeUnit.SECONDS);
            Eventually.check(() -> isKnown(reader, job), "the job to be known while its upload is open");
            CompletableFuture<JobEvent.End> end =
                    inBackground(() -> reader.results().follow(job, null, subscriber));

            // then
            first.get(20, TimeUnit.SECONDS);
            assertThat(sent).isNotDone();
            assertThat(reader.jobs(LinkListener.NONE).get(job).ended()).isFalse();

            // and: the rest follows
            link.limit(Direction.UP, 10_000_000);
            link.resume();
            NativeResult result = sent.get(60, TimeUnit.SECONDS);
            assertThat(result.jobId()).isEqualTo(job);
            assertThat(result.counts().fileId()).isEqualTo(upload);
            assertThat(end.get(60, TimeUnit.SECONDS).status()).isEqualTo("completed");
            assertThat(end.join().completed()).isEqualTo(600);
            subscriber.requireAll();
        }
    }

    private static boolean isKnown(MillraceClient client, String job) throws InterruptedException {
        try {
            return client.jobs(LinkListener.NONE).get(job).id().equals(job);
        } catch (ClientException notYet) {
            return false;
        }
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> inBackground(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(work.run());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
