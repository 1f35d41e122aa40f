package io.millrace.runtime.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.metrics.RuntimeMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Streams application: exactly once, in bounded memory, with what it refuses in the dead letters. */
public final class StreamsApp implements AutoCloseable {
    /**
     * What one service brings.
     *
     * @param name of the service; the application is {@code millrace-<name>} and its meters have it as their {@code service}
     * @param deadLetters what becomes of a record that cannot be processed
     * @param properties of Streams that are this service's own; they go before the common ones
     */
    public record Definition(String name, DeadLetterPolicy deadLetters, Map<String, Object> properties) {
        /** Keeps a copy. */
        public Definition {
            properties = Map.copyOf(properties);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);
    /** Its constant is deprecated already, because the setting goes with Kafka 5. */
    private static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

    /** RocksDB's own, of each store. */
    private static final Set<String> STATE_SIZES = Set.of("total-sst-files-size", "cur-size-all-mem-tables");

    /** Kafka's own 16 KiB hold a dozen results, and each batch costs the brokers and both sides about the same. */
    private static final int BATCH_BYTES = 128 << 10;
    /** So many that members soon hear of a rebalance, and that some may be late before one counts as dead. */
    private static final int HEARTBEATS_PER_SESSION = 6;
    /**
     * Members hear of a rebalance with a heartbeat's answer, and it waits for all of them, however long a session is; Streams makes up
     * to three in a row.
     */
    private static final long MAX_HEARTBEAT_MS = 300;

    /** A successor asks for offsets while a dead instance's transaction still holds them: with Kafka's 1 s it comes late. */
    private static final long RETRY_BACKOFF_MAX_MS = 200;

    /**
     * A transaction may last longer than a broker's work takes to move (this), and than a rebalance that waits for a dead member's
     * session, in which nobody commits; or living instances would be fenced and have to join again. What a dead one has begun is
     * ended by its successor ({@link AbandonedTransactions}).
     */
    private static final long LEAST_TRANSACTION_MS = 30_000;

    /** Longer than a client takes to turn from a broker that does not answer to the next, and than the others take to give one up. */
    private static final Duration GROUP_PATIENCE = Duration.ofSeconds(15);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

    private final String name;
    private final KafkaStreams streams;
    private final RocksDbMemory memory;
    private final AbandonedTransactions abandoned;
    private final CloseOptions.GroupMembershipOperation atClose;

    private StreamsApp(
            String name,
            KafkaStreams streams,
            RocksDbMemory memory,
            AbandonedTransactions abandoned,
            CloseOptions.GroupMembershipOperation atClose) {
        this.name = name;
        this.streams = streams;
        this.memory = memory;
        this.abandoned = abandoned;
        this.atClose = atClose;
    }

    /**
     * Starts it; it is usable when {@link #reasonNotReady} is empty. Blocks while brokers do not say what a former process of this
     * instance has left behind, for half a minute at most where none of them answers. The topology must have a store on disk, which
     * is what makes Streams lock the state folder.
     *
     * @param offsets hears how far the consumers are; the processors tell it what is processed
     */
    public static StreamsApp start(
            Definition definition,
            Topology topology,
            ProcessedOffsets offsets,
            StreamsSettings settings,
            KafkaSettings kafka,
            MeterRegistry meters) {
        boolean hasName = !settings.instanceId().isEmpty();
        String instance = hasName
                ? settings.instanceId()
                : InstanceName.keptIn(Path.of(settings.stateDir()), applicationId(definition));
        RocksDbMemory memory = new RocksDbMemory(settings.storeMemory().bytes());
        // Locks the state folder: from here on there is no other living process of this instance.
        KafkaStreams streams = new KafkaStreams(
                topology,
                new StreamsConfig(properties(definition, settings.named(instance), kafka, memory)),
                new ObservedClients(offsets));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.atError().setCause(failure).log("a stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        RestoreTime restores = new RestoreTime();
        streams.setGlobalStateRestoreListener(restores);
        StreamsGroup group = new StreamsGroup(applicationId(definition));
        Optional<String> process = process(group, streams);
        AbandonedTransactions abandoned = new AbandonedTransactions(group, process, kafka);
        streams.setStateListener(abandoned);
        measure(definition.name(), streams, meters);
        RuntimeMetrics.STREAMS_RESTORE.gauge(meters, restores, RestoreTime::seconds, definition.name());
        // Who has a name of its operator's and comes again gets what it had; who has none is a new member, and the old
        // one is gone.
        Predicate<MemberDescription> former = hasName ? group.ofOtherProcess(process) : any -> true;
        clear(group, instance, former, abandoned, kafka);
        streams.start();
        return new StreamsApp(
                definition.name(),
                streams,
                memory,
                abandoned,
                hasName
                        ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                        : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    }

    /** Empty where {@code client.id} is set, which then stands in place of the process; transactions are not looked for then. */
    private static Optional<String> process(StreamsGroup group, KafkaStreams streams) {
        return streams.metadataForLocalThreads().stream()
                .findFirst()
                .flatMap(thread -> group.processOfThread(thread.consumerClientId()));
    }

    /** Ends what a former process of this instance has left behind: others wait for its members and behind its transactions. */
    private static void clear(
            StreamsGroup group,
            String instance,
            Predicate<MemberDescription> former,
            AbandonedTransactions abandoned,
            KafkaSettings kafka) {
        try (Admin admin = kafka.admin(GROUP_PATIENCE)) {
            // One does not need the other: transactions cannot be listed while any broker is away.
            try {
                abandoned.endOwn(admin, GROUP_PATIENCE);
            } catch (ExecutionException | TimeoutException e) {
                warn("what a former process of this instance has begun stays open until it times out", instance, e);
            }
            try {
                group.remove(admin, instance, former, GROUP_PATIENCE);
            } catch (ExecutionException | TimeoutException e) {
                warn("members that a former process of this instance was stay until they time out", instance, e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void warn(String what, String instance, Exception cause) {
        LOG.atWarn().addKeyValue("instance", instance).setCause(cause).log(what);
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
                : Optional.of(
                        "the streams of the " + name + " are " + state.name().toLowerCase(Locale.ROOT));
    }

    /** Commits what is done, then stops. One with a fixed name stays in the group, to get its work back. */
    @Override
    public void close() {
        abandoned.close();
        if (streams.close(CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(atClose))) {
            memory.close();
        } else {
            LOG.atWarn().log("the streams of the {} did not stop in time", name);
        }
    }

    private static String applicationId(Definition definition) {
        return "millrace-" + definition.name();
    }

    /** What Streams is configured with. */
    public static Map<String, Object> properties(
            Definition definition, StreamsSettings settings, KafkaSettings kafka, RocksDbMemory memory) {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(definition));
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTimestamps.class);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        stores(settings, memory, config);
        failures(definition.deadLetters(), config);
        membership(settings, config);
        config.putAll(definition.properties());
        return kafka.client(config);
    }

    private static void stores(StreamsSettings settings, RocksDbMemory memory, Map<String, Object> config) {
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replication());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
        config.put(
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                settings.cacheMemory().bytes());
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.Setter.class);
        config.put(RocksDbMemory.PROPERTY, memory);
    }

    private static void failures(DeadLetterPolicy deadLetters, Map<String, Object> config) {
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        // There is no global store; but where this is not set, Streams warns of it, also for each of its consumers.
        config.put(GLOBAL_HANDLER, true);
        config.put(StreamsConfig.mainConsumerPrefix(GLOBAL_HANDLER), true);
        config.put(DeadLetterHandler.POLICY, deadLetters);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, deadLetters.topic());
    }

    private static void membership(StreamsSettings settings, Map<String, Object> config) {
        long sessionMs = settings.sessionTimeout().toMillis();
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int) sessionMs);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), (int)
                Math.clamp(sessionMs / HEARTBEATS_PER_SESSION, 1, MAX_HEARTBEAT_MS));
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.RETRY_BACKOFF_MAX_MS_CONFIG), RETRY_BACKOFF_MAX_MS);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int) Math.max(
                LEAST_TRANSACTION_MS,
                2 * Math.max(sessionMs, settings.commitInterval().toMillis())));
        if (!settings.instanceId().isEmpty()) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
    }

    private static void measure(String name, KafkaStreams streams, MeterRegistry meters) {
        RuntimeMetrics.STREAMS_LAG.gauge(meters, streams, StreamsApp::lag, name);
        RuntimeMetrics.STREAMS_STATE.gauge(meters, streams, StreamsApp::stateBytes, name);
        RuntimeMetrics.STREAMS_RUNNING.gauge(
                meters, streams, running -> running.state() == KafkaStreams.State.RUNNING ? 1 : 0, name);
    }

    private static double stateBytes(KafkaStreams streams) {
        return streams.metrics().entrySet().stream()
                .filter(metric -> STATE_SIZES.contains(metric.getKey().name())
                        && metric.getValue().metricValue() instanceof Number)
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
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
