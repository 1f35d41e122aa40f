package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.millrace.runtime.config.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Finds the records that have a key, without a group and without leaving a trace. For one thread. */
final class KeyedRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaConsumer<byte[], byte[]> consumer;

    KeyedRecords(KafkaSettings kafka) {
        this.consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "millrace-explain",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** All records of the key in the topic, from this time to the topic's present end; none where there is no such topic. */
    List<Sighting> of(String topic, String key, long sinceMs) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int partitions = consumer.partitionsFor(topic).size();
        if (partitions == 0) {
            return List.of();
        }
        TopicPartition where = new TopicPartition(topic, BuiltInPartitioner.partitionForKey(bytes, partitions));
        consumer.assign(List.of(where));
        long end = Objects.requireNonNull(consumer.endOffsets(List.of(where)).get(where));
        var begin = consumer.offsetsForTimes(Map.of(where, sinceMs)).get(where);
        if (begin == null) {
            return List.of();
        }
        consumer.seek(where, begin.offset());
        List<Sighting> found = new ArrayList<>();
        while (consumer.position(where) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end && Arrays.equals(record.key(), bytes)) {
                    found.add(sighting(record));
                }
            }
        }
        return found;
    }

    private static Sighting sighting(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        ByteString value = record.value() == null ? ByteString.EMPTY : ByteString.copyFrom(record.value());
        return new Sighting(record.topic(), record.partition(), record.offset(), record.timestamp(), headers, value);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
