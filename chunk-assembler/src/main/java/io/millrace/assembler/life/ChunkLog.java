package io.millrace.assembler.life;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What Kafka says about the topic of chunks. Thread-safe; its methods wait for Kafka, some seconds at most. */
public final class ChunkLog implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Admin admin;
    /** Partition counts are for life. */
    private volatile int partitions;

    /** Needs no connection yet. */
    public ChunkLog(KafkaSettings kafka) {
        admin = Admin.create(kafka.client(Map.of(AdminClientConfig.CLIENT_ID_CONFIG, "assembler-chunk-log")));
    }

    /** How many partitions there are. */
    public int partitions() {
        if (partitions == 0) {
            partitions = get(admin.describeTopics(List.of(Topics.CHUNKS)).allTopicNames()).values().stream()
                    .mapToInt(topic -> topic.partitions().size())
                    .sum();
        }
        return partitions;
    }

    /** The oldest record that is kept, of every partition. */
    public Map<Integer, Long> beginnings() {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        for (int partition = 0; partition < partitions(); partition++) {
            earliest.put(new TopicPartition(Topics.CHUNKS, partition), OffsetSpec.earliest());
        }
        Map<Integer, Long> beginnings = new HashMap<>();
        get(admin.listOffsets(earliest).all())
                .forEach((partition, at) -> beginnings.put(partition.partition(), at.offset()));
        return beginnings;
    }

    @Override
    public void close() {
        admin.close(PATIENCE);
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka does not answer about " + Topics.CHUNKS, e);
        }
    }
}
