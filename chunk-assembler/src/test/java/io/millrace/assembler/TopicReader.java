package io.millrace.assembler;

import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed records of a topic from its beginning and keeps them all. */
final class TopicReader<T> implements AutoCloseable {
    /** Reads one record. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(ConsumerRecord<byte[], byte[]> record) throws Exception;
    }

    private static final Duration BOUND = Duration.ofSeconds(60);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Parser<List<T>> parser;
    private final List<T> read = new ArrayList<>();

    TopicReader(KafkaCluster cluster, String topic, Parser<T> parser) {
        this(topic, cluster, record -> List.of(parser.parse(record)));
    }

    /** The requests of a lane, one by one. */
    static TopicReader<InferenceRequest> requests(KafkaCluster cluster, String lane) {
        return new TopicReader<>(
                lane, cluster, record -> RequestRecords.each(InferenceRequest.parseFrom(record.value())));
    }

    private TopicReader(String topic, KafkaCluster cluster, Parser<List<T>> parser) {
        this.topic = topic;
        this.parser = parser;
        consumer = new KafkaConsumer<>(
                cluster.clientConfig(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.partitionsFor(topic).forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** All that is read so far, once it satisfies this. */
    List<T> until(Predicate<List<T>> enough, String what) {
        Eventually.check(
                BOUND,
                () -> {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                        read.addAll(parser.parse(record));
                    }
                    return enough.test(read);
                },
                what + " in " + topic);
        return read;
    }

    /** The offset after the last committed record of a partition. */
    long end(int partition) {
        TopicPartition of = new TopicPartition(topic, partition);
        return consumer.endOffsets(List.of(of)).getOrDefault(of, 0L);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
