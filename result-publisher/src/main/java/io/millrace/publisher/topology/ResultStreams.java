package io.millrace.publisher.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.PublisherSettings;
import io.millrace.publisher.hub.Owners;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.streams.DeadLetterPolicy;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;

/** The running Streams application. */
public final class ResultStreams implements AutoCloseable {
    static final String SERVICE = "result-publisher";
    private static final String NAME = "publisher";
    /** More than there are threads that wait. */
    private static final int MOST_WAITING = 1000;
    /** A record may hold many results, and Kafka's own 1,000 of them would fill the heap of a publisher that is behind. */
    private static final int RECORDS_HELD_PER_PARTITION = 64;
    /** Half of Kafka's own: what was in use once, its producer keeps. */
    private static final long BUFFER_BYTES = 16L << 20;
    /** Half a second of results of jobs, so that a follower who is behind the tail finds them without reading their records again. */
    private static final long RECENT_BYTES = 24L << 20;
    /** Kept free in a record for headers and what surrounds a value. */
    private static final int RECORD_EXTRA = 64 << 10;

    private final StreamsApp app;
    private final StoredStreams stored;
    private final Owners owners;
    private final RecordedResults recorded;

    private ResultStreams(StreamsApp app, StoredStreams stored, Owners owners, RecordedResults recorded) {
        this.app = app;
        this.recorded = recorded;
        this.stored = stored;
        this.owners = owners;
    }

    /**
     * Starts it; it is usable when {@link #reasonNotReady} is empty.
     *
     * @param self the internal address of this instance, {@code host:port}, for the others
     * @param admin is used as long as this runs
     */
    public static ResultStreams start(
            PublisherSettings settings,
            String self,
            KafkaSettings kafka,
            Admin admin,
            List<ResultTopic> topics,
            StreamListener listener,
            MeterRegistry meters)
            throws InterruptedException {
        new LostStores(admin, "millrace-" + NAME)
                .readAgain(topics, Path.of(settings.streams().stateDir()));
        ProcessedOffsets processed = new ProcessedOffsets(MOST_WAITING);
        RecentResults recent = new RecentResults(RECENT_BYTES);
        StreamsApp app = StreamsApp.start(
                definition(settings, self),
                PublisherTopology.of(topics, settings.retention(), recent, listener, processed, meters),
                processed,
                settings.streams(),
                kafka,
                meters);
        RecordedResults recorded = new RecordedResults(kafka, recent);
        return new ResultStreams(
                app,
                new StoredStreams(app.streams(), topics, processed, new TopicOffsets(admin), recorded),
                new Peers(app.streams(), HostInfo.buildFromEndpoint(self), topics),
                recorded);
    }

    /** What is stored. */
    public StoredStreams stored() {
        return stored;
    }

    /** Who has which stream. */
    public Owners owners() {
        return owners;
    }

    /** Why the stores cannot be read, if so. */
    public Optional<String> reasonNotReady() {
        return app.reasonNotReady();
    }

    @Override
    public void close() {
        app.close();
        recorded.close();
    }

    static StreamsApp.Definition definition(PublisherSettings settings, String self) {
        long maxRecord = settings.maxRecordSize().bytes();
        return new StreamsApp.Definition(
                NAME,
                new DeadLetterPolicy(
                        SERVICE, Topics.DEAD_LETTERS, Math.max(0, maxRecord - RECORD_EXTRA), ResultStreams::cause),
                Map.of(
                        StreamsConfig.APPLICATION_SERVER_CONFIG,
                        self,
                        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                        RECORDS_HELD_PER_PARTITION,
                        StreamsConfig.METADATA_MAX_AGE_CONFIG,
                        30_000,
                        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                        (int) maxRecord,
                        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                        Math.max(BUFFER_BYTES, 2 * maxRecord),
                        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                        Long.toString(maxRecord)));
    }

    /** What the rules refuse is a dead letter; whatever else goes wrong is not the record's fault. */
    private static Optional<DeadLetterPolicy.Cause> cause(Exception exception) {
        return exception instanceof MillraceException known && known.code() == ErrorCode.INVALID_RECORD
                ? Optional.of(new DeadLetterPolicy.Cause(known.code().code(), String.valueOf(known.getMessage()), true))
                : Optional.empty();
    }
}
