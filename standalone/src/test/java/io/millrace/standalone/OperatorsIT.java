package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadJournal;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.standalone.operations.check.BrokerCheck;
import io.millrace.standalone.operations.check.EdgeCheck;
import io.millrace.standalone.operations.check.ModelCheck;
import io.millrace.standalone.operations.check.TopicCheck;
import io.millrace.standalone.operations.core.Finding;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterFilter;
import io.millrace.standalone.operations.core.LetterSource;
import io.millrace.standalone.operations.core.ReplayRule;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import io.millrace.standalone.operations.core.ReplayRule.Wanted;
import io.millrace.standalone.operations.core.Settlement;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.letters.LetterDesk;
import io.millrace.standalone.operations.replay.Criteria;
import io.millrace.standalone.operations.replay.Plan;
import io.millrace.standalone.operations.replay.ReplayDesk;
import io.millrace.standalone.operations.replay.ResultSpan;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does after something went wrong, with all services running. */
@KafkaTest
class OperatorsIT {
    private static final String MODEL = "mended";
    private static final String ENDPOINT = "/v1/chat/completions";
    private static final Plan.Terms TERMS = new Plan.Terms("1h", 3_600_000, false, 4);

    @TempDir
    static Path folder;

    private static ModelServer models;
    private static Standalone standalone;
    private static MillraceClient client;
    private static KafkaSettings kafka;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        kafka = KafkaSettings.at(cluster.bootstrapServers());
        models = ModelServer.start();
        standalone = Standalone.start(config(cluster), folder.resolve("data"));
        Eventually.check(Duration.ofSeconds(60), standalone::ready, "all services are ready");
        client = new MillraceClient(
                ClientOptions.of(URI.create(standalone.url())).withPatience(Duration.ofMinutes(1)));
        producer = new KafkaProducer<>(
                cluster.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        client.close();
        standalone.close();
        models.close();
    }

    @Test
    void shouldRunOnlyWhatFailedAgainAndRunNothingTwiceThatSucceeded() throws Exception {
        // given: a model with a bug that three of a hundred requests hit
        List<String> names = JobLines.names(200);
        models.answerBy(request -> text(request.toString()).endsWith("7") && isBroken(text(request.toString()))
                ? new Behaviour.Refuse(400, "", "model_bug", "the model failed")
                : Behaviour.PROMPT);
        Job night = submit(names);
        List<String> failed = follow(night.id()).entrySet().stream()
                .filter(result -> result.getValue().error() != null)
                .map(Map.Entry::getKey)
                .toList();
        assertThat(failed).hasSize(6);

        // when: the model is mended, and the replay is stopped in its middle and resumed
        models.answer(Behaviour.PROMPT);
        int before = models.seen().size();
        ReplayDesk.Draft draft = desk().plan(criteria(night.id(), Wanted.FAILED, Wanted.OPEN), TERMS);
        assertThat(models.seen()).hasSize(before);
        assertThatThrownBy(() -> desk().run(draft.plan(), 0, done -> {
                    throw new IllegalStateException("stopped");
                }))
                .hasMessage("stopped");
        ReplayDesk.Report report = desk().run(desk().find(draft.plan().id()), 50, done -> {});
        ReplayDesk.Report repeated = desk().run(desk().find(draft.plan().id()), 0, done -> {});

        // then: every record read is accounted for
        Plan plan = report.plan();
        assertThat(plan.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(plan.read());
        assertThat(plan.counts()).containsEntry(Choice.RUN_AGAIN, 6L).containsEntry(Choice.SUCCEEDED, 194L);
        // and there is one new job with exactly these requests, which says whose they are
        assertThat(report.jobs()).hasSize(1);
        assertThat(repeated.jobs().getFirst().now().id())
                .isEqualTo(report.jobs().getFirst().now().id());
        String again = report.jobs().getFirst().now().id();
        Map<String, JobEvent.Result> mended = follow(again);
        assertThat(mended.keySet()).containsExactlyInAnyOrderElementsOf(failed);
        assertThat(mended.values()).allMatch(result -> result.error() == null);
        assertThat(client.jobs(LinkListener.NONE)
                        .get(again)
                        .json()
                        .path("replay_of")
                        .asText())
                .isEqualTo(night.id());
        // and nothing ran twice that had succeeded, and the old outcomes stand
        Map<String, Long> runs = models.seen().stream()
                .collect(Collectors.groupingBy(seen -> text(seen.body().toString()), Collectors.counting()));
        names.forEach(name -> assertThat(runs.get(name)).as(name).isEqualTo(failed.contains(name) ? 2L : 1L));
        assertThat(exported(night.id()))
                .hasSize(200)
                .filteredOn(result -> result.error() != null)
                .hasSize(6);
    }

    @Test
    void shouldGiveALostRequestItsOutcomeInItsOwnStream() throws Exception {
        // given: a request whose outcome came to nothing, because its stream was not there
        models.answer(Behaviour.PROMPT);
        String byReplay = LostRequest.make(kafka, client, MODEL);
        String byRedrive = LostRequest.make(kafka, client, MODEL);

        // when
        Plan plan = Eventually.value(
                () -> {
                    // The brokers note with what is settled next where the workers' records begin.
                    follow(submit(JobLines.names(20).stream()
                                    .map(name -> name + "-" + System.nanoTime())
                                    .toList())
                            .id());
                    return Optional.of(desk().plan(criteria(byReplay, Wanted.OPEN), TERMS)
                                    .plan())
                            .filter(found -> found.running() == 1);
                },
                "the workers are past the request");
        ReplayDesk.Report report = desk().run(plan, 0, done -> {});
        List<LetterDesk.Handled> redriven;
        List<LetterDesk.Handled> twice;
        try (LetterDesk letters = letters()) {
            LetterFilter result = new LetterFilter(
                    Set.of(),
                    Optional.empty(),
                    Optional.of(Topics.RESULTS_JOBS),
                    Optional.of(byRedrive),
                    TimeSpan.ALWAYS);
            redriven = letters.redrive(result, "ann", "the stream is there now", client.requests(LinkListener.NONE));
            LetterFilter named =
                    LetterFilter.of(Set.of(redriven.getFirst().letter().id()));
            twice = letters.redrive(named, "bob", "", client.requests(LinkListener.NONE));
            assertThat(letters.redrive(result, "bob", "", client.requests(LinkListener.NONE)))
                    .isEmpty();
        }

        // then
        assertThat(report.jobs()).isEmpty();
        assertThat(plan.counts()).containsEntry(Choice.RESENT, 1L);
        assertThat(follow(byReplay)).containsOnlyKeys("lost");
        assertThat(redriven)
                .singleElement()
                .satisfies(each -> assertThat(each.refusal()).isEmpty());
        assertThat(twice)
                .singleElement()
                .satisfies(each -> assertThat(each.refusal())
                        .hasValueSatisfying(why -> assertThat(why).contains("redriven by ann")));
        assertThat(follow(byRedrive)).containsOnlyKeys("lost");
    }

    @Test
    void shouldKeepPoisonOfEveryTopicOnceWithItsCause() throws Exception {
        // given
        String lane = Topics.requests(MODEL, Lane.BATCH);
        Set<String> ids = new HashSet<>();
        for (String topic : List.of(
                Topics.CHUNKS,
                Topics.LINKS,
                lane,
                Topics.requests(MODEL, Lane.ONLINE),
                Topics.requests(MODEL, Lane.HIGH),
                Topics.RESULTS_JOBS,
                Topics.RESULTS_CALLS,
                Topics.CONTROL,
                Topics.DELTAS)) {
            ids.add(send(topic, "poison", new byte[] {-1}));
        }

        try (LetterDesk letters = letters()) {
            // when
            Eventually.check(
                    Duration.ofSeconds(30),
                    () -> letters.read().letters(LetterFilter.of(ids)).size() == ids.size(),
                    "all poison is among the dead letters");
            String inLane =
                    ids.stream().filter(id -> id.startsWith(lane)).findFirst().orElseThrow();
            letters.discard(LetterFilter.of(Set.of(inLane)), "ann", "nonsense");

            // then
            List<Letter> found = letters.read().letters(LetterFilter.of(ids));
            assertThat(found).extracting(Letter::cause).containsOnly("invalid_record");
            assertThat(found)
                    .filteredOn(letter -> letter.settlement().isPresent())
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.id()).isEqualTo(inLane);
                        assertThat(letter.settlement().orElseThrow().action()).isEqualTo(Settlement.Action.DISCARDED);
                        assertThat(letter.settlement().orElseThrow().by()).isEqualTo("ann");
                    });
            assertThat(letters.redrive(LetterFilter.of(Set.of(inLane)), "bob", "", client.requests(LinkListener.NONE)))
                    .singleElement()
                    .satisfies(each -> assertThat(each.refusal()).isPresent());
        }
    }

    @Test
    void shouldFindNothingWrongWithWhatRunsAndSayWhatIsWithWhatDoesNot(KafkaCluster cluster) throws Exception {
        // given
        List<TopicDefinition> topics =
                config(cluster).topics().definitions(config(cluster).models());
        List<TopicDefinition> more = new ArrayList<>(topics);
        more.add(new TopicDefinition(cluster.uniqueName("missing"), 1, (short) 1, Map.of()));

        // when
        List<Finding> well = new ArrayList<>(BrokerCheck.run(kafka));
        well.addAll(TopicCheck.run(kafka, topics));
        well.addAll(EdgeCheck.run(standalone.url(), true));
        well.addAll(ModelCheck.run(standalone.url(), config(cluster).models()));
        List<Finding> ill = new ArrayList<>(TopicCheck.run(kafka, more));
        ill.addAll(EdgeCheck.run("http://127.0.0.1:1", false));
        ill.addAll(BrokerCheck.run(KafkaSettings.at("127.0.0.1:1")));

        // then
        assertThat(well)
                // The machine's own disk may be full.
                .filteredOn(finding -> !finding.subject().startsWith("disk"))
                .noneMatch(finding -> finding.level() == Finding.Level.ERROR);
        assertThat(well)
                .extracting(Finding::subject)
                .contains(
                        "kafka",
                        "share.version",
                        "transaction.version",
                        "edge",
                        "clock",
                        "bandwidth",
                        "model " + MODEL);
        assertThat(ill)
                .filteredOn(finding -> finding.level() == Finding.Level.ERROR)
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.remedy()).isNotEmpty());
    }

    private static MillraceConfig config(KafkaCluster cluster) {
        return ConfigLoader.load(
                MillraceConfig.class,
                ConfigSources.of(
                        "http.port=0",
                        "admin.port=0",
                        "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                        "models=[{name: " + MODEL + ", backend: openai, openai: {urls: ['" + models.baseUrl()
                                + "']}}]"));
    }

    private static ReplayDesk desk() {
        return new ReplayDesk(kafka, client, LinkListener.NONE, folder.resolve("replays"), InstantSource.system());
    }

    private static LetterDesk letters() {
        return new LetterDesk(kafka, InstantSource.system());
    }

    private static Criteria criteria(String job, Wanted... wanted) {
        return new Criteria(Optional.of(job), Optional.of(MODEL), TimeSpan.ALWAYS, new ReplayRule(Set.of(wanted)));
    }

    private static Job submit(List<String> names) throws Exception {
        Path input = Files.write(
                folder.resolve("night.jsonl"),
                names.stream().map(OperatorsIT::line).toList());
        Submission submission = new UploadJournal(folder.resolve("journal"))
                .open(client.options().server(), input);
        String file = client.upload((reason, delay) -> {}).send(submission).fileId();
        return client.createJob(submission, file, new JobRequest(ENDPOINT, "1h", Map.of()), LinkListener.NONE);
    }

    private static String line(String name) {
        return "{\"custom_id\":\"" + name + "\",\"method\":\"POST\",\"url\":\"" + ENDPOINT + "\",\"body\":" + body(name)
                + "}";
    }

    private static String body(String name) {
        return "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + name + "\"}]}";
    }

    /** What a request to the model says. */
    private static String text(String request) {
        return request.replaceAll("(?s).*\"content\":\"([^\"]*)\".*", "$1");
    }

    private static boolean isBroken(String name) {
        return Integer.parseInt(name.substring("request-".length())) % 30 == 7
                && Integer.parseInt(name.substring("request-".length())) < 180;
    }

    private static Map<String, JobEvent.Result> follow(String job) throws Exception {
        Map<String, JobEvent.Result> results = new HashMap<>();
        client.results().follow(job, null, (position, event) -> {
            if (event instanceof JobEvent.Result result) {
                results.put(result.customId(), result);
            }
        });
        return results;
    }

    private static List<JobEvent.Result> exported(String job) throws ClientException, InterruptedException {
        Exported exported = new Exported();
        ResultSpan.all(List.of(job))
                .export(client.pages(LinkListener.NONE), client.requests(LinkListener.NONE), exported);
        return exported.results();
    }

    private static String send(String topic, String key, byte @Nullable [] value) throws Exception {
        RecordMetadata at = producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
        return new LetterSource(topic, at.partition(), at.offset()).id();
    }
}
