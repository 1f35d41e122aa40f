package io.millrace.edge.kafka;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/** Finds where the partition of a key ends at present. Safe for use by several threads. */
public final class PartitionEnds implements AutoCloseable {
    private final Admin admin;
    private final String topic;
    private final int partitions;

    /** The end of a partition: the offset that the next record gets. */
    public record End(int partition, long offset) {}

    private PartitionEnds(Admin admin, String topic, int partitions) {
        this.admin = admin;
        this.topic = topic;
        this.partitions = partitions;
    }

    /**
     * Connects and reads how many partitions the topic has; that never changes.
     *
     * @throws IllegalStateException if the topic is not there
     */
    public static PartitionEnds open(Map<String, Object> client, String topic) {
        Admin admin = Admin.create(client);
        try {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .get(topic);
            int partitions = Objects.requireNonNull(description).partitions().size();
            return new PartitionEnds(admin, topic, partitions);
        } catch (RuntimeException e) {
            admin.close();
            throw new IllegalStateException("the topic " + topic + " cannot be described", e);
        }
    }

    /** The end of the partition in which all records with this key are. */
    public CompletionStage<End> of(String key) {
        int partition = partitionOf(key);
        TopicPartition asked = new TopicPartition(topic, partition);
        return admin.listOffsets(Map.of(asked, OffsetSpec.latest()))
                .partitionResult(asked)
                .toCompletionStage()
                .thenApply(found -> new End(partition, found.offset()))
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(
                        new MillraceException(ErrorCode.UNAVAILABLE, "uploads cannot be looked up now", failed)));
    }

    @Override
    public void close() {
        admin.close();
    }

    /** As the producers' own default partitioner does it. */
    private int partitionOf(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
