package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.Life;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterFilter;
import io.millrace.standalone.operations.core.ReplayRule;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import io.millrace.standalone.operations.core.ReplayRule.Wanted;
import io.millrace.standalone.operations.core.Settlement;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.letters.LetterDesk;
import io.millrace.standalone.operations.replay.Criteria;
import io.millrace.standalone.operations.replay.Plan;
import io.millrace.standalone.operations.replay.ReplayDesk;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees and does of requests that share a record of their lane. */
@KafkaTest
class SharedRecordsIT {
    private static final int REQUESTS = 100;
    /** A job's first 31 requests stand alone, the next by two: this one is such a pair's second. */
    private static final int BEHIND = 34;

    @TempDir
    static Path folder;

    private static KafkaCluster cluster;
    private static ModelServer models;
    private static AllServices services;
    private static MillraceClient client;
    private static Job job;

    /** A job, in which every tenth request fails. */
    @BeforeAll
    static void start(KafkaCluster shared) throws Exception {
        cluster = shared;
        models = ModelServer.start();
        services = AllServices.start(
                cluster,
                folder,
                "models=[{name: " + JobLines.MODEL + ", backend: openai, openai: {urls: ['" + models.baseUrl()
                        + "']}}]");
        client = AllServices.client(services.port());
        models.answerBy(request -> request.path("input").asText().contains("7 in a thin")
                ? new Behaviour.Refuse(400, "", "model_bug", "the model failed")
                : Behaviour.PROMPT);
        job = services.submit(client, JobLines.write(folder.resolve("job.jsonl"), JobLines.names(REQUESTS)));
        assertThat(follow(job.id()).values())
                .filteredOn(result -> result.error() != null)
                .hasSize(REQUESTS / 10);
        models.answer(Behaviour.PROMPT);
    }

    @AfterAll
    static void stop() {
        client.close();
        services.close();
        models.close();
    }

    @Test
    void shouldExplainARequestThatStandsBehindOthersInItsRecord() {
        try (Explanation explanation = new Explanation(kafka(), List.of(JobLines.MODEL), 0)) {
            // when
            Life shared = explanation.of(Ids.request(job.id(), BEHIND)).orElseThrow();
            Life alone = explanation.of(Ids.request(job.id(), 3)).orElseThrow();

            // then
            assertThat(shared.state()).isEqualTo("has its outcome");
            assertThat(shared.steps().stream().map(Life.Step::what))
                    .filteredOn(step -> step.startsWith("stands in its lane, in one record with "))
                    .hasSize(1);
            assertThat(alone.steps().stream().map(Life.Step::what)).containsOnlyOnce("stands in its lane");
        }
    }

    @Test
    void shouldRunOnlyThoseAgainThatFailed() throws Exception {
        // given
        ReplayDesk desk =
                new ReplayDesk(kafka(), client, LinkListener.NONE, folder.resolve("replays"), InstantSource.system());
        Criteria criteria = new Criteria(
                Optional.of(job.id()),
                Optional.of(JobLines.MODEL),
                TimeSpan.ALWAYS,
                new ReplayRule(Set.of(Wanted.FAILED, Wanted.OPEN)));

        // when
        Plan plan =
                desk.plan(criteria, new Plan.Terms("1h", 3_600_000, false, 100)).plan();
        ReplayDesk.Report report = desk.run(plan, 0, done -> {});

        // then: every request of every record is accounted for
        assertThat(plan.records()).isLessThan(plan.read());
        assertThat(plan.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(plan.read());
        assertThat(plan.counts())
                .containsEntry(Choice.RUN_AGAIN, REQUESTS / 10L)
                .containsEntry(Choice.SUCCEEDED, REQUESTS - REQUESTS / 10L);
        Map<String, JobEvent.Result> mended =
                follow(report.jobs().getFirst().now().id());
        assertThat(mended.keySet()).hasSize(REQUESTS / 10).allMatch(name -> name.endsWith("7"));
        assertThat(mended.values()).allMatch(result -> result.error() == null);
    }

    @Test
    void shouldSettleDeadLettersOfOneRecordOneByOne() throws Exception {
        // given: two requests of one record, put aside by a worker
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        cluster.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
                LetterDesk desk = new LetterDesk(kafka(), InstantSource.system())) {
            for (int part = 0; part < 2; part++) {
                producer.send(letter(part)).get();
            }
            LetterFilter ofJob = new LetterFilter(
                    Set.of(), Optional.empty(), Optional.empty(), Optional.of(job.id()), TimeSpan.ALWAYS);
            List<Letter> letters = desk.read().letters(ofJob);
            assertThat(letters).extracting(Letter::id).doesNotHaveDuplicates().hasSize(2);

            // when
            desk.discard(LetterFilter.of(Set.of(letters.getFirst().id())), "ann", "known");

            // then
            assertThat(desk.read().letters(ofJob))
                    .extracting(letter -> letter.settlement().map(Settlement::by))
                    .containsExactlyInAnyOrder(Optional.of("ann"), Optional.empty());
        }
    }

    private static ProducerRecord<byte[], byte[]> letter(int part) {
        Headers headers = new DeadLetterHeaders("worker", "attempts_exhausted", "tried too often")
                .after(new RecordHeaders(), Topics.requests(JobLines.MODEL, Lane.BATCH), 0, 1_000_000);
        headers.add(DeadLetterHeaders.SOURCE_PART, Integer.toString(part).getBytes(StandardCharsets.UTF_8));
        byte[] key = Ids.request(job.id(), part).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(Topics.DEAD_LETTERS, null, null, key, new byte[0], headers);
    }

    private static KafkaSettings kafka() {
        return KafkaSettings.at(cluster.bootstrapServers());
    }

    private static Map<String, JobEvent.Result> follow(String id) throws Exception {
        Map<String, JobEvent.Result> results = new HashMap<>();
        client.results().follow(id, null, (position, event) -> {
            if (event instanceof JobEvent.Result result) {
                results.put(result.customId(), result);
            }
        });
        return results;
    }
}
