package io.millrace.publisher;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** The topics around the publisher, as the other services write and read them. */
final class TestTopics implements AutoCloseable {
    private static final int PARTITIONS = 2;

    private final KafkaCluster kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> transactional;
    private final KafkaConsumer<byte[], byte[]> committed;

    TestTopics(KafkaCluster kafka) {
        this.kafka = kafka;
        // The jobs of these tests end in a far future.
        kafka.createTopic(Topics.RESULTS_JOBS, PARTITIONS, Map.of("retention.ms", "-1"));
        for (String topic :
                List.of(Topics.RESULTS_CALLS, Topics.DEAD_LETTERS, Topics.CHUNKS, Topics.CONTROL, Topics.DELTAS)) {
            kafka.createTopic(topic, PARTITIONS);
        }
        ByteArraySerializer bytes = new ByteArraySerializer();
        producer = new KafkaProducer<>(kafka.clientConfig(Map.of()), bytes, bytes);
        transactional = new KafkaProducer<>(
                kafka.clientConfig(Map.of("transactional.id", kafka.uniqueName("writer"))), bytes, bytes);
        transactional.initTransactions();
        committed = committed();
    }

    /** Where a stream lives. */
    static int partition(String streamId) {
        return Utils.toPositive(Utils.murmur2(bytes(streamId))) % PARTITIONS;
    }

    /** Writes an event outside of any transaction. */
    RecordMetadata send(StreamEvent event) throws ExecutionException, InterruptedException {
        return producer.send(record(event)).get();
    }

    /** Writes an event outside of any transaction, without waiting for it. */
    void sendSoon(StreamEvent event) {
        var unused = producer.send(record(event));
    }

    /** Writes anything. */
    RecordMetadata sendRaw(String topic, String key, byte[] value) throws ExecutionException, InterruptedException {
        return producer.send(new ProducerRecord<>(topic, bytes(key), value)).get();
    }

    /** Writes these events in one transaction, and waits until they can be read: a commit returns before its markers are written. */
    void inTransaction(StreamEvent... events) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> last = new HashMap<>();
        transactional.beginTransaction();
        for (StreamEvent event : events) {
            RecordMetadata written = transactional.send(record(event)).get();
            last.put(new TopicPartition(written.topic(), written.partition()), written.offset());
        }
        transactional.commitTransaction();
        Eventually.check(() -> areReadable(last), "the events can be read");
    }

    private boolean areReadable(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> ends = committed.endOffsets(offsets.keySet());
        return offsets.entrySet().stream().allMatch(last -> ends.getOrDefault(last.getKey(), 0L) > last.getValue());
    }

    /** Begins a transaction with this event. */
    void begin(StreamEvent event) throws ExecutionException, InterruptedException {
        transactional.beginTransaction();
        transactional.send(record(event)).get();
    }

    /** Commits it. */
    void commit() {
        transactional.commitTransaction();
    }

    /** What a writer leaves behind that dies in the middle of a transaction. */
    void aborted(StreamEvent event) throws ExecutionException, InterruptedException {
        begin(event);
        transactional.abortTransaction();
    }

    /** Waits for the first record with this key. */
    ConsumerRecord<byte[], byte[]> find(String topic, String key) {
        try (KafkaConsumer<byte[], byte[]> consumer = committed()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return Eventually.value(() -> next(consumer, key), "a record of " + key + " in " + topic);
        }
    }

    private KafkaConsumer<byte[], byte[]> committed() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> next(KafkaConsumer<byte[], byte[]> consumer, String key) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    private static ProducerRecord<byte[], byte[]> record(StreamEvent event) {
        boolean isJob = event.getStreamId().startsWith(Ids.BATCH);
        return new ProducerRecord<>(
                isJob ? Topics.RESULTS_JOBS : Topics.RESULTS_CALLS, bytes(event.getStreamId()), event.toByteArray());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        transactional.close();
        committed.close();
    }
}
