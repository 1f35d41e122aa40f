package io.millrace.runtime.streams;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Kafka's usual clients, whose main consumers tell {@link ProcessedOffsets} how far they have come. */
final class ObservedClients implements KafkaClientSupplier {
    private final ProcessedOffsets offsets;

    ObservedClients(ProcessedOffsets offsets) {
        this.offsets = offsets;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new ObservedConsumer(config, offsets);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static final class ObservedConsumer extends KafkaConsumer<byte[], byte[]> {
        private final ProcessedOffsets offsets;

        ObservedConsumer(Map<String, Object> config, ProcessedOffsets offsets) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.offsets = offsets;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            for (TopicPartition partition : assignment()) {
                observe(partition, records.records(partition));
            }
            return records;
        }

        private void observe(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
            if (!records.isEmpty()) {
                offsets.handedOut(partition, records.getLast().offset() + 1);
            }
            try {
                offsets.position(partition, position(partition, Duration.ZERO));
            } catch (TimeoutException e) {
                // Where it begins is not known yet; the next poll will tell.
                return;
            }
        }
    }
}
