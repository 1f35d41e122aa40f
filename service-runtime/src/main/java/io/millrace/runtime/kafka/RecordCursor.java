package io.millrace.runtime.kafka;

import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of a {@link RecordReader}. Not thread-safe.
 *
 * <p>It hands out one record per poll, because a consumer with records left over fetches nothing in advance. Otherwise it
 * would fetch on from every record, throw that away at the next seek, and at the log's end even wait for it.
 */
final class RecordCursor implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    /**
     * A broker that was frozen, or cut off, takes itself for the leader until it hears of the next one, and knows nothing of what that one
     * has taken: it says that an offset is out of range which is not. It hears within a second or two of coming back.
     */
    private static final Duration STALE = Duration.ofSeconds(10);

    private static final Duration BEGINNING_PATIENCE = Duration.ofSeconds(2);
    private static final long PAUSE_MS = 100;

    private final String topic;
    private final int fetchBytes;
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> check;
    private final Consumer<byte[], byte[]> consumer;
    private @Nullable TopicPartition partition;
    /** The offset after the last record that was handed out; the consumer goes on from there. */
    private long next = -1;

    RecordCursor(
            KafkaSettings kafka,
            String clientId,
            String topic,
            int fetchBytes,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> check) {
        this.check = check;
        this.topic = topic;
        this.fetchBytes = fetchBytes;
        this.consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        fetchBytes,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        fetchBytes,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        1,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** The value at the address. */
    byte[] read(RecordReader.Address address, Duration patience) throws RecordGoneException {
        TopicPartition wanted = new TopicPartition(topic, address.partition());
        if (!wanted.equals(partition)) {
            consumer.assign(List.of(wanted));
            partition = wanted;
            next = -1;
        }
        if (!isWithinOneFetch(address)) {
            consumer.seek(wanted, address.offset());
        }
        long deadline = System.nanoTime() + patience.toNanos();
        ConsumerRecord<byte[], byte[]> found = fetch(address, deadline);
        while (found.offset() < address.offset()) {
            found = fetch(address, deadline);
        }
        if (found.offset() > address.offset()) {
            throw new RecordGoneException(address, null);
        }
        check.accept(found);
        return found.value() == null ? new byte[0] : found.value();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    /** Whether the record lies so little ahead that it is fetched already, or soon is, when no seek comes between. */
    private boolean isWithinOneFetch(RecordReader.Address address) {
        return next >= 0
                && next <= address.offset()
                && (address.offset() - next) * Math.max(1, address.size()) < fetchBytes;
    }

    private ConsumerRecord<byte[], byte[]> fetch(RecordReader.Address address, long deadline)
            throws RecordGoneException {
        long outOfRange = 0;
        while (true) {
            try {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    next = record.offset() + 1;
                    return record;
                }
                outOfRange = 0;
            } catch (OffsetOutOfRangeException e) {
                long now = System.nanoTime();
                outOfRange = outOfRange == 0 ? now : outOfRange;
                if (isDeleted(address) || now - outOfRange >= STALE.toNanos()) {
                    throw new RecordGoneException(address, e);
                }
                pause();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("no answer for the record at " + address);
            }
        }
    }

    /** Whether the log begins behind it. A broker that is behind the others may only know an earlier beginning. */
    private boolean isDeleted(RecordReader.Address address) {
        TopicPartition wanted = new TopicPartition(topic, address.partition());
        try {
            long beginning = consumer.beginningOffsets(Set.of(wanted), BEGINNING_PATIENCE)
                    .getOrDefault(wanted, 0L);
            return beginning > address.offset();
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
