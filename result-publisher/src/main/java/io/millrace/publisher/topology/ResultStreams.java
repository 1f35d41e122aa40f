package io.millrace.publisher.topology;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.PublisherSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running Streams application. */
public final class ResultStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultStreams.class);
    private static final String APPLICATION = "millrace-publisher";
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

    private final KafkaStreams streams;
    private final SharedMemory memory;
    private final boolean staysMember;
    private final StoredStreams stored;

    private ResultStreams(KafkaStreams streams, SharedMemory memory, boolean staysMember, StoredStreams stored) {
        this.streams = streams;
        this.memory = memory;
        this.staysMember = staysMember;
        this.stored = stored;
    }

    /**
     * Starts it; it is usable when {@link #reasonNotReady} is empty.
     *
     * @param admin is used as long as this runs
     */
    public static ResultStreams start(
            PublisherSettings settings,
            KafkaSettings kafka,
            Admin admin,
            List<ResultTopic> topics,
            StreamListener listener,
            MeterRegistry meters) {
        ProcessedOffsets processed = new ProcessedOffsets();
        SharedMemory memory = new SharedMemory(settings.storeMemory().bytes());
        KafkaStreams streams = new KafkaStreams(
                PublisherTopology.of(topics, listener, processed, meters),
                new StreamsConfig(config(settings, kafka, memory)));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.atError().setCause(failure).log("a stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        Gauge.builder("millrace.publisher.lag", streams, ResultStreams::lag)
                .description("records of results that wait to be numbered")
                .register(meters);
        streams.start();
        TopicOffsets offsets = new TopicOffsets(admin, kafka, APPLICATION);
        return new ResultStreams(
                streams,
                memory,
                !settings.instanceId().isEmpty(),
                new StoredStreams(streams, topics, processed, offsets));
    }

    /** What is stored. */
    public StoredStreams stored() {
        return stored;
    }

    /** Why the stores cannot be read, if so. */
    public Optional<String> reasonNotReady() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the result streams are " + state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        CloseOptions.GroupMembershipOperation membership = staysMember
                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
        if (streams.close(CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(membership))) {
            memory.close();
        } else {
            LOG.atWarn().log("the result streams did not stop in time");
        }
    }

    static Map<String, Object> config(PublisherSettings settings, KafkaSettings kafka, SharedMemory memory) {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replication());
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
        config.put(
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                settings.cacheMemory().bytes());
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedMemory.Setter.class);
        config.put(SharedMemory.CONFIG, memory);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedRecords.class);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topics.DEAD_LETTERS);
        config.put(StreamsConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        long sessionMs = settings.sessionTimeout().toMillis();
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int) sessionMs);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), (int) (sessionMs / 3));
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        if (!settings.instanceId().isEmpty()) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
        long maxRecord = settings.maxRecordSize().bytes();
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), (int) maxRecord);
        config.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), Long.toString(maxRecord));
        return kafka.client(config);
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
