package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.publisher.JobLog;
import io.millrace.publisher.PublisherSettings;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.RocksDbMemory;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTopologyTest {
    private record Heard(StreamKey stream, long firstOffset, List<LoggedEvent> events) {}

    private final List<Heard> heard = new ArrayList<>();
    private final ProcessedOffsets processed = new ProcessedOffsets(1);
    private TopologyTestDriver driver;
    private RocksDbMemory memory;
    private TestInputTopic<byte[], byte[]> jobs;
    private TestInputTopic<byte[], byte[]> calls;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @BeforeEach
    void start(@TempDir Path folder) {
        memory = new RocksDbMemory(8 << 20);
        PublisherSettings settings = ConfigLoader.load(
                PublisherSettings.class, new ConfigSources(null, Map.of(), List.of("streams.state_dir=" + folder)));
        Properties config = new Properties();
        config.putAll(StreamsApp.properties(
                ResultStreams.definition(settings, "here:1"), settings.streams(), KafkaSettings.at("none:1"), memory));
        driver = new TopologyTestDriver(
                PublisherTopology.of(
                        List.of(
                                new ResultTopic(StreamKind.STREAM_KIND_JOB, "jobs-id", 1, Duration.ofDays(15)),
                                new ResultTopic(StreamKind.STREAM_KIND_CALL, "calls-id", 1, Duration.ofDays(15))),
                        settings.retention(),
                        new RecentResults(1 << 20),
                        new StreamListener() {
                            @Override
                            public void appended(StreamKey stream, long firstOffset, List<LoggedEvent> events) {
                                heard.add(new Heard(stream, firstOffset, events));
                            }

                            @Override
                            public boolean isFollowed(StreamKey stream) {
                                return false;
                            }

                            @Override
                            public void released(Predicate<StreamKey> streams) {}
                        },
                        processed,
                        new SimpleMeterRegistry()),
                config);
        jobs = input(Topics.RESULTS_JOBS);
        calls = input(Topics.RESULTS_CALLS);
        deadLetters =
                driver.createOutputTopic(Topics.DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
        memory.close();
    }

    @Test
    void shouldStoreTheEventsOfAJobAndTellThem() {
        // given
        JobLog log = JobLog.ofJob();

        // when
        for (StreamEvent event : List.of(log.submitted(), log.expanded(0, 2), log.success(1), log.success(0))) {
            pipe(jobs, event);
        }

        // then
        StreamKey key = StreamKey.of(Tenant.DEFAULT, log.id()).orElseThrow();
        List<LoggedEvent> told =
                heard.stream().flatMap(each -> each.events().stream()).toList();
        assertThat(heard).extracting(Heard::stream).containsOnly(key);
        assertThat(told).hasSize(5);
        assertThat(stored(key)).isEqualTo(told);
        assertThat(timers()).containsExactly(new Timer(JobLog.DEADLINE, Timer.Purpose.DEADLINE, key, 0));
    }

    @Test
    void shouldSendARecordThatTheRulesRefuseToTheDeadLettersAndGoOn() {
        // given
        JobLog log = JobLog.ofCall();
        JobLog unknown = JobLog.ofJob();

        // when
        calls.pipeInput(bytes("another"), log.accepted(0).toByteArray());
        pipe(jobs, log.accepted(0));
        pipe(jobs, unknown.success(0));
        jobs.pipeInput(new TestRecord<>(bytes(unknown.id()), null));
        pipe(calls, log.accepted(0));
        pipe(calls, log.success(0));

        // then
        List<String> causes = deadLetters.readRecordsToList().stream()
                .map(dead -> new String(
                        dead.headers().lastHeader("millrace-cause-message").value(), StandardCharsets.UTF_8))
                .toList();
        assertThat(causes).hasSize(4);
        assertThat(causes.get(0)).contains("key 'another'");
        assertThat(causes.get(1)).contains("no stream that lives in");
        assertThat(causes.get(2)).contains("no job " + unknown.id());
        assertThat(causes.get(3)).contains("no value");
        assertThat(heard).last().satisfies(last -> assertThat(last.events()).hasSize(1));
    }

    @Test
    void shouldKeepAGroupOfResultsAsOneEntryThatCanBeReadFromAnywhere() {
        // given
        JobLog log = JobLog.ofJob();
        pipe(jobs, log.submitted());
        pipe(jobs, log.expanded(0, 300));

        // when
        for (long from = 0; from < 300; from += 50) {
            pipe(
                    jobs,
                    log.together(LongStream.range(from, from + 50)
                            .mapToObj(log::success)
                            .toList()));
        }

        // then
        StreamKey key = StreamKey.of(Tenant.DEFAULT, log.id()).orElseThrow();
        KeyValueStore<byte[], EventBlock> store = driver.getKeyValueStore("job-log");
        List<LoggedEvent> told =
                heard.stream().flatMap(each -> each.events().stream()).toList();
        assertThat(count("job-log")).isEqualTo(7);
        assertThat(count("job-items")).isEqualTo(3);
        for (int from = 0; from < told.size(); from++) {
            int to = Math.min(told.size(), from + 60);
            assertThat(events(EventBlocks.read(store, key, from, 60, Long.MAX_VALUE)))
                    .isEqualTo(told.subList(from, to));
            List<LoggedEvent> block = events(EventBlocks.read(store, key, from, 60, 1));
            assertThat(block).isNotEmpty().isEqualTo(told.subList(from, from + block.size()));
            assertThat(events(EventBlocks.read(store, key, from, 1, 1))).containsExactly(told.get(from));
        }
        assertThat(EventBlocks.read(store, key, told.size(), 60, Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void shouldSendAGroupWithAWrongResultToTheDeadLettersAndKeepTheOthers() {
        // given
        JobLog log = JobLog.ofJob();
        pipe(jobs, log.submitted());
        pipe(jobs, log.expanded(0, 3));

        // when
        pipe(jobs, log.together(List.of(log.success(0), log.success(7), log.success(2))));
        pipe(jobs, log.success(1));

        // then
        StreamKey key = StreamKey.of(Tenant.DEFAULT, log.id()).orElseThrow();
        assertThat(deadLetters.readRecordsToList()).hasSize(1);
        assertThat(stored(key).stream().filter(LoggedEvent::hasResult))
                .extracting(event -> event.getResult().getItem())
                .containsExactly(0L, 2L, 1L);
    }

    @Test
    void shouldTellWorkersOnceWhatTheyNeedNotRun() throws Exception {
        // given
        JobLog cancelled = JobLog.ofJob();
        JobLog expired = JobLog.ofJob();
        JobLog completed = JobLog.ofJob();
        JobLog call = JobLog.ofCall();
        TestOutputTopic<String, byte[]> control =
                driver.createOutputTopic(Topics.CONTROL, new StringDeserializer(), new ByteArrayDeserializer());

        // when
        pipe(jobs, cancelled.submitted());
        pipe(jobs, cancelled.expanded(0, 3));
        pipe(jobs, cancelled.cancelRequested());
        pipe(jobs, cancelled.cancelRequested());
        pipe(jobs, expired.submitted());
        pipe(jobs, expired.deadlineReached());
        pipe(jobs, completed.submitted());
        pipe(jobs, completed.expanded(0, 1));
        pipe(jobs, completed.expansionFinished(1, 1));
        pipe(jobs, completed.success(0));
        pipe(jobs, completed.cancelRequested());
        pipe(calls, call.accepted(0));
        pipe(calls, call.accepted(1));
        pipe(calls, call.cancelRequested(1));
        pipe(calls, call.success(1));

        // then
        List<KeyValue<String, byte[]>> told = control.readKeyValuesToList();
        assertThat(told.stream().map(record -> record.key))
                .containsExactly(cancelled.id(), expired.id(), Ids.request(call.id(), 1));
        assertThat(Control.parseFrom(told.get(0).value).getCancelledJobId()).isEqualTo(cancelled.id());
        assertThat(Control.parseFrom(told.get(2).value).getCancelledRequestId()).isEqualTo(Ids.request(call.id(), 1));
    }

    @Test
    void shouldRemoveAnOldStreamPartByPartAndNothingElse() {
        // given
        JobLog old = JobLog.ofJob();
        JobLog young = JobLog.ofJob();
        int requests = WritableStreams.MOST_REMOVED;
        pipe(jobs, young.submitted());
        pipe(jobs, young.expanded(0, 1));
        pipe(jobs, old.submitted());
        pipe(jobs, old.expanded(0, requests));
        for (long item = 0; item < requests; item++) {
            pipe(jobs, old.success(item));
        }
        pipe(jobs, old.expansionFinished(requests, requests));
        StreamKey key = StreamKey.of(Tenant.DEFAULT, old.id()).orElseThrow();
        KeyValueStore<byte[], StreamState> states = driver.getKeyValueStore("job-streams");
        long endedAt = states.get(StoreKeys.stream(key)).getEndedAtMs();

        // when
        pipe(jobs, old.forget(endedAt - 1));
        assertThat(states.get(StoreKeys.stream(key)).getFirstOffset()).isZero();
        pipe(jobs, old.forget(endedAt));
        assertThat(states.get(StoreKeys.stream(key)).getFirstOffset()).isEqualTo(requests);
        pipe(jobs, old.forget(endedAt));
        pipe(jobs, young.forget(endedAt));

        // then
        assertThat(states.get(StoreKeys.stream(key))).isNull();
        assertThat(count("job-log")).isEqualTo(1);
        assertThat(count("job-items")).isZero();
        assertThat(count("job-index")).isEqualTo(1);
        assertThat(timers()).hasSize(1);
    }

    private long count(String store) {
        try (KeyValueIterator<byte[], Object> all =
                driver.<byte[], Object>getKeyValueStore(store).all()) {
            long count = 0;
            while (all.hasNext()) {
                all.next();
                count++;
            }
            return count;
        }
    }

    private TestInputTopic<byte[], byte[]> input(String topic) {
        return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void pipe(TestInputTopic<byte[], byte[]> topic, StreamEvent event) {
        topic.pipeInput(bytes(event.getStreamId()), event.toByteArray());
    }

    private List<LoggedEvent> stored(StreamKey stream) {
        return events(EventBlocks.read(driver.getKeyValueStore("job-log"), stream, 0, 1_000, Long.MAX_VALUE));
    }

    private static List<LoggedEvent> events(List<EventBlocks.Stretch> stretches) {
        return stretches.stream().flatMap(each -> each.events().stream()).toList();
    }

    private List<Timer> timers() {
        KeyValueStore<byte[], byte[]> store = driver.getKeyValueStore("job-timers");
        List<Timer> timers = new ArrayList<>();
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            all.forEachRemaining(entry -> timers.add(StoreKeys.timer(entry.key, StreamKind.STREAM_KIND_JOB)));
        }
        return timers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
