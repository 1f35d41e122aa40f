package io.millrace.assembler.topology;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.assembler.AssemblerSettings;
import io.millrace.assembler.query.ObservedClients;
import io.millrace.assembler.query.ProcessedOffsets;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running Streams application. */
public final class AssemblerStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AssemblerStreams.class);
    private static final String APPLICATION = "millrace-assembler";
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);
    /** Chunks are large: few of them are held in memory, and none is fetched in bulk. */
    private static final int RECORDS_HELD_PER_PARTITION = 16;

    private static final int RECORDS_PER_POLL = 500;
    private static final int BYTES_PER_PARTITION_FETCH = 2 << 20;
    private static final int BYTES_PER_FETCH = 8 << 20;
    private static final int LINGER_MS = 10;
    /** Kept free in a record for headers and what surrounds a value. */
    private static final int RECORD_EXTRA = 64 << 10;

    private final KafkaStreams streams;
    private final RocksDbMemory memory;
    private final boolean staysMember;

    private AssemblerStreams(KafkaStreams streams, RocksDbMemory memory, boolean staysMember) {
        this.streams = streams;
        this.memory = memory;
        this.staysMember = staysMember;
    }

    /**
     * Starts it; it is usable when {@link #reasonNotReady} is empty.
     *
     * @param self where other instances reach this one's queries
     * @param offsets hears how far the application is
     */
    public static AssemblerStreams start(
            Topology topology,
            AssemblerSettings settings,
            KafkaSettings kafka,
            HostInfo self,
            ProcessedOffsets offsets,
            MeterRegistry meters) {
        RocksDbMemory memory = new RocksDbMemory(settings.storeMemory().bytes());
        KafkaStreams streams = new KafkaStreams(
                topology,
                new StreamsConfig(config(settings, kafka, self, memory)),
                new ObservedClients(Topics.CHUNKS, offsets));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.atError().setCause(failure).log("a stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        Gauge.builder("millrace.assembler.lag", streams, AssemblerStreams::lag)
                .description("Chunk records that wait to be processed")
                .register(meters);
        Gauge.builder(
                        "millrace.assembler.running",
                        streams,
                        running -> running.state() == KafkaStreams.State.RUNNING ? 1 : 0)
                .description("1 while the Streams application runs, 0 while it starts, rebalances or has failed")
                .register(meters);
        streams.start();
        return new AssemblerStreams(streams, memory, !settings.instanceId().isEmpty());
    }

    /** For queries. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Why the stores cannot be read, if so. */
    public Optional<String> reasonNotReady() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the upload streams are " + state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        CloseOptions.GroupMembershipOperation membership = staysMember
                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
        if (streams.close(CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(membership))) {
            memory.close();
        } else {
            LOG.atWarn().log("the upload streams did not stop in time");
        }
    }

    static Map<String, Object> config(
            AssemblerSettings settings, KafkaSettings kafka, HostInfo self, RocksDbMemory memory) {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self.host() + ":" + self.port());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replication());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
        config.put(
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                settings.cacheMemory().bytes());
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.Setter.class);
        config.put(RocksDbMemory.PROPERTY, memory);
        config.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTimestamps.class);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedRecordHandler.class);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topics.DEAD_LETTERS);
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, RECORDS_HELD_PER_PARTITION);
        consumers(settings, config);
        producers(settings, config);
        return kafka.client(config);
    }

    private static void consumers(AssemblerSettings settings, Map<String, Object> config) {
        long sessionMs = settings.sessionTimeout().toMillis();
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int) sessionMs);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), (int) (sessionMs / 3));
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), RECORDS_PER_POLL);
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                BYTES_PER_PARTITION_FETCH);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), BYTES_PER_FETCH);
        if (!settings.instanceId().isEmpty()) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
    }

    private static void producers(AssemblerSettings settings, Map<String, Object> config) {
        int largest = (int) settings.maxRecordSize().bytes();
        config.put(RefusedRecordHandler.LONGEST_VALUE, largest - RECORD_EXTRA);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), largest);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
    }

    private static double lag(KafkaStreams streams) {
        return streams.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("records-lag-max")
                        && metric.getValue().metricValue() instanceof Double)
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
    }
}
