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
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatJobIT {
    private static final String ENDPOINT = "/v1/chat/completions";
    private static final int REQUESTS = 60;

    @TempDir
    Path folder;

    @Test
    void shouldRunAJobOfChatsAtAModelServerThatFailsNowAndThen() throws Exception {
        // given
        List<String> names = JobLines.names(REQUESTS);
        Path input = Files.write(
                folder.resolve("chats.jsonl"),
                names.stream().map(ChatJobIT::chat).toList());
        UploadListener listener = (reason, delay) -> {};
        try (ModelServer server = ModelServer.start();
                MillraceProcess millrace = MillraceProcess.up(
                        folder.resolve("data"),
                        0,
                        "models=[{name: talker, backend: openai, openai: {urls: ['" + server.baseUrl() + "']}}]")) {
            server.answerNext(
                    Behaviour.PROMPT,
                    new Behaviour.Refuse(429, "1", "rate_limit_exceeded", "slow down"),
                    new Behaviour.Refuse(500, "", "internal", "oops"),
                    new Behaviour.Refuse(400, "", "content_filter", "not that"),
                    new Behaviour.Reset(0),
                    new Behaviour.Malformed(0));
            URI address = URI.create("http://127.0.0.1:" + millrace.awaitReady());
            try (MillraceClient client = new MillraceClient(ClientOptions.of(address))) {
                // when
                Submission submission = new UploadJournal(folder.resolve("journal"))
                        .open(client.options().server(), input);
                String file = client.upload(listener).send(submission).fileId();
                Job job =
                        client.createJob(submission, file, new JobRequest(ENDPOINT, "1h", Map.of()), LinkListener.NONE);
                Subscriber subscriber = new Subscriber(names, count -> {});
                JobEvent.End end = client.results().follow(job.id(), null, subscriber);

                // then
                subscriber.requireAll();
                assertThat(end.status()).isEqualTo("completed");
                assertThat(end.completed()).isEqualTo(REQUESTS - 1);
                assertThat(subscriber.results().values())
                        .filteredOn(result -> result.error() != null)
                        .hasSize(1);
                assertThat(server.seen().size()).isEqualTo(REQUESTS + 4);
            }
            assertThat(millrace.stop()).isZero();
        }
    }

    private static String chat(String name) {
        return "{\"custom_id\":\"" + name + "\",\"method\":\"POST\",\"url\":\"" + ENDPOINT
                + "\",\"body\":{\"model\":\"talker\",\"messages\":[{\"role\":\"user\",\"content\":\"" + name + "\"}]}}";
    }
}
