package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.testing.Eventually;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceRecordsTest {
    private static final String STORE = "store";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final byte[] POISON = {(byte) 0xff, 1};

    private final RocksDbMemory memory = new RocksDbMemory(8 << 20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TopologyTestDriver driver;

    @SuppressWarnings("NullAway.Init")
    private TestInputTopic<byte[], byte[]> input;

    @BeforeEach
    void open() {
        Topology topology = new Topology()
                .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
                .addProcessor("lengths", Lengths::new, "in")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.Integer())
                                .withCachingEnabled(),
                        "lengths");
        Properties properties = new Properties();
        properties.putAll(StreamsApp.properties(
                new StreamsApp.Definition(
                        "test",
                        new DeadLetterPolicy(
                                "test",
                                DEAD_LETTERS,
                                1_000,
                                failure -> Optional.of(new DeadLetterPolicy.Cause("bad", "is bad", true))),
                        Map.of()),
                ConfigLoader.load(
                        StreamsSettings.class, new ConfigSources(null, Map.of(), List.of("state_dir=" + folder))),
                KafkaSettings.at("127.0.0.1:1"),
                memory));
        driver = new TopologyTestDriver(topology, properties);
        input = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        driver.close();
        memory.close();
    }

    @Test
    void shouldNotKeepARecordsBytesWithWhatTheCacheHoldsOfIt() {
        // when
        List<WeakReference<byte[]>> values = new ArrayList<>();
        for (byte key = 0; key < 50; key++) {
            byte[] value = new byte[100_000];
            values.add(new WeakReference<>(value));
            input.pipeInput(new byte[] {key}, value);
        }

        // then
        assertThat(driver.<byte[], Integer>getKeyValueStore(STORE).get(new byte[] {49}))
                .isEqualTo(100_000);
        Eventually.check(
                () -> {
                    System.gc();
                    return values.stream().filter(value -> value.refersTo(null)).count() >= values.size() - 1;
                },
                "the values of records are gone, but for the last one's");
    }

    @Test
    void shouldSendExactlyTheBytesOfAPoisonRecordToTheDeadLetters() {
        // when
        input.pipeInput(POISON, POISON);

        // then
        TestRecord<byte[], byte[]> letter = driver.createOutputTopic(
                        DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecord();
        assertThat(letter.key()).isEqualTo(POISON);
        assertThat(letter.value()).isEqualTo(POISON);
        assertThat(letter.headers().lastHeader(DeadLetterHeaders.SOURCE_TOPIC).value())
                .isEqualTo("in".getBytes(StandardCharsets.UTF_8));
    }

    /** Writes how long the value of each key is. */
    private static final class Lengths extends ContextualProcessor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {
            SourceRecords.metadata(context());
            if (record.value().length == POISON.length) {
                throw new IllegalArgumentException("poison");
            }
            KeyValueStore<byte[], Integer> store = context().getStateStore(STORE);
            store.put(record.key(), record.value().length);
        }
    }
}
