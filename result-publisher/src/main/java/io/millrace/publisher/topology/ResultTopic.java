package io.millrace.publisher.topology;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamKind;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * A topic in which streams live, as the brokers know it.
 *
 * @param kind which streams
 * @param topicId the topic's own id
 */
public record ResultTopic(StreamKind kind, String topicId, int partitions) {

    /**
     * Both topics.
     *
     * @throws IllegalStateException if one does not exist or no broker answers
     */
    public static List<ResultTopic> describe(Admin admin) throws InterruptedException {
        Collection<StreamKind> kinds = List.of(StreamKind.STREAM_KIND_JOB, StreamKind.STREAM_KIND_CALL);
        try {
            Map<String, TopicDescription> topics = admin.describeTopics(
                            kinds.stream().map(Topics::results).toList())
                    .allTopicNames()
                    .get();
            return kinds.stream()
                    .map(kind -> of(kind, Objects.requireNonNull(topics.get(Topics.results(kind)))))
                    .toList();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of results cannot be read: " + e.getMessage(), e);
        }
    }

    private static ResultTopic of(StreamKind kind, TopicDescription topic) {
        return new ResultTopic(
                kind, topic.topicId().toString(), topic.partitions().size());
    }

    /** The topic's name. */
    public String name() {
        return Topics.results(kind);
    }

    /** Where a stream lives: as Kafka's own partitioner places its id. */
    public TopicPartition partitionOf(String streamId) {
        byte[] key = streamId.getBytes(StandardCharsets.UTF_8);
        return new TopicPartition(name(), Utils.toPositive(Utils.murmur2(key)) % partitions);
    }
}
