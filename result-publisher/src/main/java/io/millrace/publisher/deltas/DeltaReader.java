package io.millrace.publisher.deltas;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetters;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.Delta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of deltas from its end on, on a thread of its own, and gives them to the hub. Every instance reads all of
 * them; those of streams that nobody follows there cost only the reading. Losing some does no harm, because the whole text
 * comes once a second; so there is no group and nothing is committed.
 */
public final class DeltaReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final long RETRY_MS = 1_000;

    private final Hub hub;
    private final DeadLetters deadLetters;
    private final Counter read;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    private DeltaReader(Hub hub, KafkaSettings kafka, DeadLetters deadLetters, MeterRegistry meters) {
        this.hub = hub;
        this.deadLetters = deadLetters;
        this.read = PublisherMetrics.DELTAS.counter(meters);
        this.consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "publisher-deltas",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.thread = Thread.ofPlatform().name("publisher-deltas").daemon().unstarted(this::run);
    }

    /**
     * Starts it.
     *
     * @param deadLetters gets what is no delta; every instance sends it, and it is one dead letter all the same
     */
    public static DeltaReader start(Hub hub, KafkaSettings kafka, DeadLetters deadLetters, MeterRegistry meters) {
        DeltaReader reader = new DeltaReader(hub, kafka, deadLetters, meters);
        reader.thread.start();
        return reader;
    }

    private void run() {
        boolean assigned = false;
        boolean stopping = false;
        try {
            while (!stopping) {
                try {
                    if (!assigned) {
                        assign();
                        assigned = true;
                    }
                    consumer.poll(POLL).forEach(this::take);
                } catch (WakeupException e) {
                    stopping = true;
                } catch (KafkaException e) {
                    LOG.atWarn().setCause(e).log("deltas cannot be read just now");
                    stopping = closed.await(RETRY_MS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            consumer.close();
        }
    }

    private void assign() {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.DELTAS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + Topics.DELTAS);
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        read.increment();
        try {
            Delta delta = Delta.parseFrom(record.value() == null ? new byte[0] : record.value());
            StreamKey.of(delta.getTenant(), delta.getStreamId()).ifPresent(stream -> hub.delta(stream, delta));
        } catch (InvalidProtocolBufferException e) {
            var unused = deadLetters.send(
                    record, "publisher", ErrorCode.INVALID_RECORD.code(), "the value is no Delta: " + e.getMessage());
        }
    }

    /** Stops reading. */
    @Override
    public void close() {
        closed.countDown();
        consumer.wakeup();
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
