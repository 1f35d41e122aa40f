package io.millrace.assembler.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.assembler.AssemblerMain;
import io.millrace.assembler.AssemblerSettings;
import io.millrace.assembler.ChunkRecords;
import io.millrace.assembler.core.UploadLife;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.RocksDbMemory;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadState;
import io.millrace.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology with its real configuration and without Kafka. What is piped in can be read back by its offset. */
final class AssemblerDriver implements AutoCloseable {
    static final long IDLE_MS = 60_000;
    static final long GRACE_MS = 600_000;
    static final long RETENTION_MS = 6_000_000;
    private static final int TURN_MS = 25;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<byte[]> log = new CopyOnWriteArrayList<>();
    private final TopologyTestDriver driver;
    private final RocksDbMemory memory = new RocksDbMemory(8 << 20);
    private final TestInputTopic<byte[], byte[]> chunks;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<byte[], StreamEvent> events;
    /** From this offset on, records are gone. */
    private volatile long goneFrom = Long.MAX_VALUE;

    AssemblerDriver(Path folder, String... overrides) {
        List<String> all = new ArrayList<>(List.of("assembler.streams.state_dir=" + folder));
        all.addAll(List.of(overrides));
        AssemblerSettings settings = ConfigLoader.load(
                        AssemblerMain.Config.class, new ConfigSources(null, Map.of(), all))
                .assembler();
        ExpansionReaders readers = new ExpansionReaders(
                this::read, Map.of(ChunkRecords.MODEL, List.of(ChunkRecords.ENDPOINT)), settings.expansion());
        Properties config = new Properties();
        config.putAll(StreamsApp.properties(
                AssemblerApplication.definition(settings, new HostInfo("127.0.0.1", 1)),
                settings.streams(),
                KafkaSettings.at("127.0.0.1:1"),
                memory));
        Surroundings surroundings = new Surroundings(
                readers,
                new DigestReaders(this::read, 1),
                new ProcessedOffsets(1),
                new SettledUploads(1),
                new UploadLife(IDLE_MS, GRACE_MS, RETENTION_MS),
                settings.life().sweepInterval(),
                new CommitPace(() -> 0),
                new AssemblerMetrics(meters),
                () -> 0);
        driver = new TopologyTestDriver(AssemblerTopology.build(surroundings), config, Instant.ofEpochMilli(5_000));
        chunks = driver.createInputTopic(Topics.CHUNKS, new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters =
                driver.createOutputTopic(Topics.DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        events = driver.createOutputTopic(
                Topics.RESULTS_JOBS, new ByteArrayDeserializer(), parsed(StreamEvent.parser()));
    }

    private static <T> Deserializer<T> parsed(Parser<T> parser) {
        return (topic, bytes) -> {
            try {
                return parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private List<byte[]> read(List<RecordReader.Address> addresses) throws RecordGoneException {
        List<byte[]> values = new ArrayList<>();
        for (RecordReader.Address address : addresses) {
            if (address.offset() >= goneFrom) {
                throw new RecordGoneException(address, null);
            }
            values.add(log.get((int) address.offset()));
        }
        return values;
    }

    void pipe(ProducerRecord<byte[], byte[]> record) {
        log.add(record.value() == null ? new byte[0] : record.value());
        chunks.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 5_000L));
    }

    void pipe(List<ProducerRecord<byte[], byte[]>> records) {
        records.forEach(this::pipe);
    }

    void loseFrom(long offset) {
        goneFrom = offset;
    }

    void turn() {
        driver.advanceWallClockTime(Duration.ofMillis(TURN_MS));
    }

    /** Lets so much time pass, and some more for what happens then. */
    void pass(long ms) {
        driver.advanceWallClockTime(Duration.ofMillis(ms));
        for (int i = 0; i < 10; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(10));
        }
    }

    void turnUntil(Callable<Boolean> condition, String what) {
        Eventually.check(
                () -> {
                    turn();
                    return condition.call();
                },
                what);
    }

    List<StreamEvent> events() {
        return events.readValuesToList();
    }

    /** All events of the job until its expansion is finished. */
    List<StreamEvent> eventsToTheEnd() {
        List<StreamEvent> all = new ArrayList<>();
        turnUntil(
                () -> {
                    all.addAll(events());
                    return !all.isEmpty() && all.getLast().hasExpansionFinished();
                },
                "the expansion ends");
        return all;
    }

    /** What stands in a lane since the last look, request by request. */
    List<InferenceRequest> requests(Lane lane) {
        return records(lane).stream()
                .flatMap(record -> RequestRecords.each(record).stream())
                .toList();
    }

    /** The same as it stands there, several requests in one. */
    List<InferenceRequest> records(Lane lane) {
        return driver.createOutputTopic(
                        Topics.requests(ChunkRecords.MODEL, lane),
                        new ByteArrayDeserializer(),
                        parsed(InferenceRequest.parser()))
                .readValuesToList();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    @Nullable
    UploadState upload(String id) {
        return driver.<byte[], UploadState>getKeyValueStore(StateStores.UPLOADS)
                .get(new EntityKey("default", id).bytes());
    }

    int entries(String store) {
        int count = 0;
        try (KeyValueIterator<byte[], Object> all =
                driver.<byte[], Object>getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
