package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import io.millrace.testing.Eventually;
import io.millrace.testing.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillIT {
    private static final int REQUESTS = 1500;

    @TempDir
    Path folder;

    @Test
    void shouldGiveEveryRequestExactlyOneOutcomeWhenEverythingIsKilledInMidJob() throws Exception {
        List<String> names = JobLines.names(REQUESTS);
        Path input = JobLines.write(folder.resolve("job.jsonl"), names);
        Path data = folder.resolve("data");
        Subscriber subscriber = new Subscriber(names, count -> {});
        int port = FreePorts.one();

        try (MillraceProcess first = MillraceProcess.up(data, port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // given a job of which a part is done
            first.awaitReady();
            try (MillraceClient client = new MillraceClient(options(port))) {
                Job job = submit(client, input);
                Future<JobEvent.End> end = threads.submit(() -> client.results().follow(job.id(), null, subscriber));
                Eventually.check(Duration.ofSeconds(60), () -> subscriber.count() > REQUESTS / 4, "a quarter is done");

                // when everything dies and comes back
                first.kill();
                assertThat(subscriber.count()).isLessThan(REQUESTS);
                try (MillraceProcess second = MillraceProcess.up(data, port)) {
                    second.awaitReady();

                    // then
                    JobEvent.End ended = end.get(120, TimeUnit.SECONDS);
                    assertThat(ended.status()).isEqualTo("completed");
                    assertThat(ended.completed()).isEqualTo(REQUESTS);
                    subscriber.requireAll();
                    assertThat(subscriber.restarts()).isZero();
                    assertThat(second.stop()).isZero();
                }
            }
        }
    }

    private static ClientOptions options(int port) {
        return ClientOptions.of(URI.create("http://127.0.0.1:" + port)).withPatience(Duration.ofMinutes(2));
    }

    private Job submit(MillraceClient client, Path input) throws Exception {
        UploadListener listener = (reason, delay) -> {};
        Submission submission = new UploadJournal(folder.resolve("journal"))
                .open(client.options().server(), input);
        String file = client.upload(listener).send(submission).fileId();
        return client.createJob(submission, file, JobRequest.EMBEDDINGS, LinkListener.NONE);
    }
}
