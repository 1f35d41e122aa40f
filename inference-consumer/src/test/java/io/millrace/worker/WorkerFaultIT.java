package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.EveryRequestAnswered;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@KafkaTest(killsBrokers = true)
class WorkerFaultIT {
    private static final Duration LOCK = Duration.ofSeconds(5);
    /** Of a worker that is to be killed, from when it is ready: two seconds on average. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaCluster cluster;
    private final ModelServer server = ModelServer.start();
    private final LaneFixture lanes;

    WorkerFaultIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.lanes = new LaneFixture(cluster);
    }

    @AfterEach
    void close() {
        lanes.close();
        server.close();
    }

    @Test
    void shouldAnswerWhatAWorkerHeldThatWasKilledInMidWork() throws Exception {
        server.answer(new Behaviour.Silence(0));
        LongStream.range(0, 6).forEach(item -> lanes.send(Lane.BATCH, request(item)));
        try (WorkerProcess first = start().awaitReady()) {
            Eventually.check(() -> server.running() > 0, "requests run");

            first.kill();
        }
        server.answer(Behaviour.PROMPT);

        try (WorkerProcess second = start().awaitReady()) {
            awaitEveryAnswer(6);
            assertThat(second).isNotNull();
        }
    }

    /** What the dead worker had answered comes again with the rest, and is a repeat. */
    @Test
    void shouldAnswerEveryRequestOfARecordWhoseWorkerWasKilled() throws Exception {
        server.answerBy(
                body -> body.path("input").asText().equals("text 1") ? new Behaviour.Silence(0) : Behaviour.PROMPT);
        lanes.sendTogether(
                Lane.BATCH, LongStream.range(0, 6).mapToObj(this::request).toList());
        try (WorkerProcess first = start().awaitReady()) {
            Eventually.check(() -> answered().size() == 5, "all but one are answered");

            first.kill();
        }
        server.answer(Behaviour.PROMPT);

        try (WorkerProcess second = start().awaitReady()) {
            awaitEveryAnswer(6);
            assertThat(second).isNotNull();
        }
        assertThat(lanes.results(Topics.RESULTS_JOBS))
                .hasSizeGreaterThanOrEqualTo(5 + 6)
                .allMatch(Result::hasSuccess);
        assertThat(lanes.deadLetters()).isEmpty();
    }

    /** In a slot of two, the first one's acknowledgement goes to the broker with the second one's, which never comes. */
    @Test
    void shouldRepeatOnlyTheResultOfAWorkerThatWasKilledBetweenResultAndAcknowledgement() throws Exception {
        server.answerBy(
                body -> body.path("input").asText().equals("text 1") ? new Behaviour.Silence(0) : Behaviour.PROMPT);
        byte[] onePartition = {1};
        lanes.send(Lane.BATCH, onePartition, request(0).toByteArray());
        lanes.send(Lane.BATCH, onePartition, request(1).toByteArray());
        try (WorkerProcess first = start(2).awaitReady()) {
            Eventually.check(() -> answered().contains(0L), "the first result is durable");

            first.kill();
        }
        server.answer(Behaviour.PROMPT);

        try (WorkerProcess second = start(2).awaitReady()) {
            awaitEveryAnswer(2);
            assertThat(second).isNotNull();
        }
        List<Result> ofFirst = lanes.results(Topics.RESULTS_JOBS).stream()
                .filter(result -> result.getItem() == 0)
                .toList();
        assertThat(ofFirst).hasSizeGreaterThan(1);
        assertThat(ofFirst.getLast().getAttempt())
                .isNotEqualTo(ofFirst.getFirst().getAttempt());
        assertThat(ofFirst.getLast().getSuccess()).isEqualTo(ofFirst.getFirst().getSuccess());
    }

    @Test
    void shouldLeaveAFrozenWorkersRequestsToAnotherAndKeepItsLateResultsApart() throws Exception {
        server.answer(new Behaviour.Answer(Duration.ofSeconds(2), Duration.ZERO));
        lanes.send(Lane.BATCH, request(0));
        try (WorkerProcess frozen = start().awaitReady()) {
            Eventually.check(() -> server.running() == 1, "the request runs");
            frozen.freeze();

            try (WorkerProcess other = start().awaitReady()) {
                Eventually.check(
                        PATIENCE, () -> lanes.results(Topics.RESULTS_JOBS).size() == 1, "the other worker answers");
                String winner = lanes.results(Topics.RESULTS_JOBS).getFirst().getAttempt();
                lanes.send(Lane.BATCH, request(1));
                frozen.thaw();

                Eventually.check(PATIENCE, () -> lanes.isSettled(Lane.BATCH), "the lane is settled");
                Eventually.check(() -> answered().contains(1L), "what comes next is answered too");
                List<Result> ofFirst = lanes.results(Topics.RESULTS_JOBS).stream()
                        .filter(result -> result.getItem() == 0)
                        .toList();
                assertThat(ofFirst.getFirst().getAttempt()).isEqualTo(winner);
                assertThat(ofFirst.stream().map(Result::getAttempt).distinct()).hasSameSizeAs(ofFirst);
                assertThat(other).isNotNull();
            }
        }
    }

    /** The long form: {@code -Dmillrace.kills.requests=10000}. */
    @Test
    void shouldAnswerEveryRequestWhileWorkersAreKilledAgainAndAgain() throws Exception {
        int requests = Integer.getInteger("millrace.kills.requests", 600);
        long seed = Long.getLong("millrace.kills.seed", System.nanoTime());
        Random random = new Random(seed);
        server.answer(new Behaviour.Answer(Duration.ofMillis(30), Duration.ZERO));
        LongStream.range(0, requests).forEach(item -> lanes.send(Lane.BATCH, request(item)));
        int kills = 0;
        List<WorkerProcess> workers = new ArrayList<>(List.of(start(), start()));
        try {
            while (answered().size() < requests / 2 || kills < 3) {
                WorkerProcess victim = workers.remove(random.nextInt(2)).awaitReady();
                long moment = System.nanoTime() + random.nextLong(LONGEST_LIFE.toNanos());
                Eventually.check(() -> System.nanoTime() - moment > 0, "its moment comes");
                victim.kill();
                kills++;
                workers.add(start());
            }
            awaitEveryAnswer(requests);
        } finally {
            workers.forEach(WorkerProcess::close);
        }
        assertThat(kills).as("kills, by seed %d", seed).isGreaterThan(2);
    }

    @Test
    void shouldGoOnAfterTheBrokerWasKilled() throws Exception {
        server.answer(new Behaviour.Answer(Duration.ofMillis(50), Duration.ZERO));
        LongStream.range(0, 200).forEach(item -> lanes.send(Lane.BATCH, request(item)));
        try (WorkerProcess worker = start().awaitReady()) {
            Eventually.check(() -> answered().size() > 20, "the worker works");

            cluster.kill(0);
            cluster.restart(0);

            awaitEveryAnswer(200);
            assertThat(worker).isNotNull();
        }
    }

    /** Every request has an outcome, the lane is empty, and what stands first in the log is what counts. */
    private void awaitEveryAnswer(int requests) {
        Eventually.check(Duration.ofSeconds(90), () -> answered().size() == requests, "every request is answered");
        Eventually.check(PATIENCE, () -> lanes.isSettled(Lane.BATCH), "the lane is settled");
        EveryRequestAnswered guarantee = new EveryRequestAnswered();
        LongStream.range(0, requests).forEach(item -> guarantee.expect(Long.toString(item)));
        Set<Long> first = new HashSet<>();
        lanes.results(Topics.RESULTS_JOBS).stream()
                .filter(result -> first.add(result.getItem()))
                .forEach(result -> guarantee.answered(
                        Long.toString(result.getItem()), result.hasSuccess() ? "succeeded" : "failed"));
        Guarantee.requireAll(guarantee);
    }

    private Set<Long> answered() {
        Set<Long> items = new HashSet<>();
        lanes.results(Topics.RESULTS_JOBS).forEach(result -> items.add(result.getItem()));
        return items;
    }

    private InferenceRequest request(long item) {
        return lanes.request(StreamKind.STREAM_KIND_JOB, item, "text " + item);
    }

    private WorkerProcess start() throws IOException {
        return start(8);
    }

    private WorkerProcess start(int concurrency) throws IOException {
        return WorkerProcess.start(List.of(
                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                "admin.port=0",
                "worker.lock_duration=" + LOCK.toSeconds() + "s",
                "models=[{name: " + lanes.model() + ", backend: openai, openai: {urls: ['" + server.baseUrl()
                        + "'], concurrency: " + concurrency + "}}]"));
    }
}
