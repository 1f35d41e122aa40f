package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@KafkaTest
class OpenAiWorkerIT {
    private final KafkaCluster cluster;
    private final ServiceContext context = ServiceContext.create();
    private final ModelServer server = ModelServer.start();
    private final LaneFixture lanes;

    OpenAiWorkerIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.lanes = new LaneFixture(cluster);
    }

    @AfterEach
    void close() {
        lanes.close();
        server.close();
        context.close();
    }

    @Test
    void shouldStreamACallWhileAJobRuns() {
        server.answer(new Behaviour.Answer(Duration.ofMillis(20), Duration.ofMillis(20)));
        try (WorkerService worker = start()) {
            LongStream.range(0, 30).forEach(item -> lanes.send(Lane.BATCH, chat(StreamKind.STREAM_KIND_JOB, item)));
            lanes.send(Lane.ONLINE, chat(StreamKind.STREAM_KIND_CALL, 0));

            Eventually.check(() -> lanes.answers(Topics.RESULTS_CALLS).size() == 1, "a result of the call");
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 30, "30 results of the job");
            assertThat(worker).isNotNull();
        }

        Result result = lanes.answers(Topics.RESULTS_CALLS).getFirst();
        assertThat(result.getSuccess().getBody().toStringUtf8()).contains("You said: line 0 of many words");
        List<Delta> deltas = lanes.deltas().stream()
                .filter(delta -> delta.getAttempt().equals(result.getAttempt()))
                .toList();
        StringBuilder text = new StringBuilder();
        deltas.forEach(delta -> text.replace((int) delta.getPosition(), text.length(), delta.getText()));
        assertThat(text).hasToString("You said: line 0 of many words");
    }

    @Test
    void shouldDropAJobThatIsCancelledAndGoOnWithTheNext() {
        server.answerBy(request -> request.toString().contains("line 99")
                ? Behaviour.PROMPT
                : new Behaviour.Answer(Duration.ofMinutes(5), Duration.ZERO));
        try (WorkerService worker = start()) {
            LongStream.range(0, 30).forEach(item -> lanes.send(Lane.BATCH, chat(StreamKind.STREAM_KIND_JOB, item)));
            Eventually.check(() -> server.running() == 2, "as many run as may at first");

            lanes.cancelJob(lanes.model());
            InferenceRequest.Builder other = chat(StreamKind.STREAM_KIND_JOB, 99).toBuilder();
            other.getStreamBuilder().setId(lanes.model() + "-other");
            lanes.send(Lane.BATCH, other.build());

            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(worker).isNotNull();
        }
        assertThat(lanes.results(Topics.RESULTS_JOBS)).isEmpty();
        assertThat(server.seen()).hasSizeLessThan(30);
    }

    @Test
    void shouldLeaveRequestsToOthersWhileItsServerIsAway() {
        int port = server.port();
        server.close();
        try (WorkerService worker = start()) {
            Eventually.check(
                    () -> context.health().reasons().containsValue("no model server answers as it should"),
                    "the worker says why it is not ready");
            lanes.send(Lane.BATCH, chat(StreamKind.STREAM_KIND_JOB, 0));
            Eventually.check(() -> waiting() == 1, "the figure for autoscalers says that one waits");
            try (ModelServer back = ModelServer.start(port)) {
                Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 1, "the request is answered");
                assertThat(back.seen()).isNotEmpty();
            }
            assertThat(worker).isNotNull();
        }
        assertThat(lanes.answers(Topics.RESULTS_JOBS).getFirst().hasSuccess()).isTrue();
    }

    private double waiting() {
        return context.meters()
                .get("millrace.worker.backlog.records")
                .tags("model", lanes.model(), "lane", "batch")
                .gauge()
                .value();
    }

    private InferenceRequest chat(StreamKind kind, long item) {
        return lanes.request(kind, item, "").toBuilder()
                .setEndpoint("/v1/chat/completions")
                .setBody(ByteString.copyFromUtf8(
                        "{\"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"line " + item
                                + " of many words\"}]}"))
                .setDeadlineMs(System.currentTimeMillis() + 300_000)
                .build();
    }

    private WorkerService start() {
        WorkerConfig config = ConfigLoader.load(
                WorkerConfig.class,
                new ConfigSources(
                        null,
                        Map.of(),
                        List.of(
                                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                                "models=[{name: " + lanes.model() + ", backend: openai, openai: {urls: ['"
                                        + server.baseUrl() + "']}}]")));
        return WorkerService.start(config.worker(), config.kafka(), config.models(), context);
    }
}
