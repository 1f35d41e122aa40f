package io.millrace.runtime.kafka;

import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** One consumer of a {@link RecordReader} and the records that it has fetched. Not thread-safe. */
final class RecordCursor implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private @Nullable TopicPartition partition;
    /** The offset after the last record that was returned or passed over; the consumer goes on from there. */
    private long next = -1;

    RecordCursor(KafkaSettings kafka, String clientId, String topic, int fetchBytes) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        fetchBytes,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        fetchBytes,
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
            forget();
        }
        moveTo(wanted, address.offset());
        fetch(address, patience);
        ConsumerRecord<byte[], byte[]> found = fetched.remove();
        next = found.offset() + 1;
        if (found.offset() != address.offset()) {
            throw new RecordGoneException(address, null);
        }
        return found.value() == null ? new byte[0] : found.value();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    /** Goes forward through what is fetched already; seeks only where that does not lead to the offset. */
    private void moveTo(TopicPartition wanted, long offset) {
        boolean ahead = next >= 0 && next <= offset;
        while (ahead && !fetched.isEmpty() && fetched.element().offset() < offset) {
            next = fetched.remove().offset() + 1;
        }
        if (!ahead || (fetched.isEmpty() && next != offset)) {
            forget();
            consumer.seek(wanted, offset);
            next = offset;
        }
    }

    private void fetch(RecordReader.Address address, Duration patience) throws RecordGoneException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (fetched.isEmpty()) {
            try {
                consumer.poll(POLL).forEach(fetched::add);
            } catch (OffsetOutOfRangeException e) {
                throw new RecordGoneException(address, e);
            }
            if (fetched.isEmpty() && System.nanoTime() - deadline > 0) {
                throw new TimeoutException("no answer for the record at " + address + " in " + patience);
            }
        }
    }

    private void forget() {
        fetched.clear();
        next = -1;
    }
}
