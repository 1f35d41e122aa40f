package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.standalone.operations.core.RecordContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Finds the records of a key or of a job, without a group and without leaving a trace. For one thread. */
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
        return read(
                List.of(new TopicPartition(topic, BuiltInPartitioner.partitionForKey(bytes, partitions))),
                record -> Arrays.equals(record.key(), bytes),
                sinceMs);
    }

    /**
     * All records of a lane in which this request of a job stands, alone or behind others of its job. Under whose key is not
     * known, so the whole lane is read.
     */
    List<Sighting> ofRequest(String lane, String requestId, long sinceMs) {
        String job = Ids.streamOfRequest(requestId);
        List<TopicPartition> all = consumer.partitionsFor(lane).stream()
                .map(each -> new TopicPartition(lane, each.partition()))
                .toList();
        return read(
                all,
                record -> record.key() != null
                        && record.value() != null
                        && Ids.streamOfRequest(new String(record.key(), StandardCharsets.UTF_8))
                                .equals(job)
                        && holds(record, requestId),
                sinceMs);
    }

    /** What cannot be read is found by its key, as everything is. */
    private static boolean holds(ConsumerRecord<byte[], byte[]> record, String requestId) {
        return requestId.equals(new String(record.key(), StandardCharsets.UTF_8))
                || RecordContent.requests(record.value()).stream()
                        .anyMatch(request -> request.getRequestId().equals(requestId));
    }

    private List<Sighting> read(
            List<TopicPartition> partitions, Predicate<ConsumerRecord<byte[], byte[]>> meant, long sinceMs) {
        Map<TopicPartition, Long> since = new HashMap<>();
        partitions.forEach(each -> since.put(each, sinceMs));
        Map<TopicPartition, Long> begins = new HashMap<>();
        consumer.offsetsForTimes(since).forEach((where, begin) -> {
            if (begin != null) {
                begins.put(where, begin.offset());
            }
        });
        Map<TopicPartition, Long> ends = consumer.endOffsets(begins.keySet());
        consumer.assign(begins.keySet());
        begins.forEach(consumer::seek);
        List<Sighting> found = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                long end = ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
                if (record.offset() < end && meant.test(record)) {
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
