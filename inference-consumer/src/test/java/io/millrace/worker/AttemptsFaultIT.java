package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import io.millrace.worker.lane.ShareGroups;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What counts as an attempt at a request: that a worker began it and did not live to see its end. */
@KafkaTest
class AttemptsFaultIT {
    private static final int ATTEMPT_LIMIT = 3;
    private static final Duration LOCK = Duration.ofSeconds(5);

    private final KafkaCluster cluster;
    private final ModelServer server = ModelServer.start();
    private final LaneFixture lanes;

    AttemptsFaultIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.lanes = new LaneFixture(cluster);
    }

    @BeforeEach
    void configure() {
        ShareGroups.configure(
                KafkaSettings.at(cluster.bootstrapServers()),
                List.of(ShareGroups.name(lanes.model(), Lane.BATCH)),
                LOCK);
    }

    @AfterEach
    void close() {
        lanes.close();
        server.close();
    }

    @Test
    void shouldFailARequestOfWhichAWorkerDiesEachTime() throws Exception {
        server.answer(new Behaviour.Silence(0));
        send();
        for (int attempt = 0; attempt < ATTEMPT_LIMIT; attempt++) {
            try (WorkerProcess worker = startAndAwaitItsRun()) {
                worker.kill();
            }
        }

        assertThat(outcomeAtAnotherWorker()).isEqualTo("attempts_exhausted");
        assertThat(server.seen()).hasSize(ATTEMPT_LIMIT);
        Eventually.check(() -> lanes.deadLetters().size() == 1, "a dead letter");
    }

    @Test
    void shouldNotCountAttemptsOfWorkersThatWereStopped() throws Exception {
        server.answer(new Behaviour.Silence(0));
        send();
        for (int stop = 0; stop <= ATTEMPT_LIMIT; stop++) {
            try (WorkerProcess worker = startAndAwaitItsRun()) {
                worker.stop();
            }
        }
        server.answer(Behaviour.PROMPT);

        assertThat(outcomeAtAnotherWorker()).isEqualTo("succeeded");
    }

    /** A dead worker's open fetches are given records until the broker notices; each time counts as a delivery. */
    @Test
    void shouldNotCountDeliveriesThatNoWorkerSaw() throws Exception {
        send();
        // Fewer than bring it near the brokers' limit: some of these deliveries come twice.
        for (int delivery = 0; delivery <= ATTEMPT_LIMIT; delivery++) {
            takeAndRelease();
        }

        assertThat(outcomeAtAnotherWorker()).isEqualTo("succeeded");
    }

    private void send() {
        lanes.send(Lane.BATCH, lanes.request(StreamKind.STREAM_KIND_JOB, 0, "text"));
    }

    private String outcomeAtAnotherWorker() throws Exception {
        try (WorkerProcess worker = start().awaitReady()) {
            Eventually.check(() -> lanes.answers(Topics.RESULTS_JOBS).size() == 1, "an outcome");
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(worker).isNotNull();
        }
        Result result = lanes.answers(Topics.RESULTS_JOBS).getFirst();
        return result.hasSuccess() ? "succeeded" : result.getFailure().getCode();
    }

    private WorkerProcess startAndAwaitItsRun() throws IOException {
        int before = server.seen().size();
        WorkerProcess worker = start();
        Eventually.check(Duration.ofSeconds(60), () -> server.seen().size() > before, "the request runs");
        return worker;
    }

    private void takeAndRelease() {
        Map<String, Object> config = cluster.clientConfig(Map.of(
                "group.id", ShareGroups.name(lanes.model(), Lane.BATCH), "share.acknowledgement.mode", "explicit"));
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.requests(lanes.model(), Lane.BATCH)));
            Eventually.check(
                    () -> {
                        var records = consumer.poll(Duration.ofMillis(500));
                        records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.RELEASE));
                        consumer.commitSync();
                        return !records.isEmpty();
                    },
                    "the request was delivered once");
        }
    }

    private WorkerProcess start() throws IOException {
        return WorkerProcess.start(List.of(
                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                "admin.port=0",
                "worker.attempt_limit=" + ATTEMPT_LIMIT,
                "worker.lock_duration=" + LOCK.toSeconds() + "s",
                "worker.stop_patience=0s",
                "models=[{name: " + lanes.model() + ", backend: openai, openai: {urls: ['" + server.baseUrl()
                        + "'], concurrency: 2}}]"));
    }
}
