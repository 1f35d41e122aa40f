package io.millrace.publisher.topology;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic in which streams live, as the brokers know it.
 *
 * @param kind which streams
 * @param topicId the topic's own id
 * @param retention how long it surely keeps a record
 */
public record ResultTopic(StreamKind kind, String topicId, int partitions, Duration retention) {
    private static final Logger LOG = LoggerFactory.getLogger(ResultTopic.class);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

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
            Map<ConfigResource, Config> configs =
                    configs(admin, kinds.stream().map(ResultTopic::resource).toList());
            return kinds.stream()
                    .map(kind -> of(
                            kind,
                            Objects.requireNonNull(topics.get(Topics.results(kind))),
                            Optional.ofNullable(configs.get(resource(kind)))))
                    .toList();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of results cannot be read: " + e.getMessage(), e);
        }
    }

    /** None where this service may not ask for them: that takes a right of its own, {@code DescribeConfigs}. */
    private static Map<ConfigResource, Config> configs(Admin admin, Collection<ConfigResource> topics)
            throws InterruptedException, ExecutionException {
        try {
            return admin.describeConfigs(topics).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException refusal) {
                LOG.atWarn()
                        .addKeyValue("refusal", refusal.getMessage())
                        .log(
                                "the retention of results may not be asked for (DescribeConfigs), so all of them are copied");
                return Map.of();
            }
            throw e;
        }
    }

    private static ConfigResource resource(StreamKind kind) {
        return new ConfigResource(ConfigResource.Type.TOPIC, Topics.results(kind));
    }

    private static ResultTopic of(StreamKind kind, TopicDescription topic, Optional<Config> config) {
        return new ResultTopic(
                kind,
                topic.topicId().toString(),
                topic.partitions().size(),
                config.map(ResultTopic::retention).orElse(Duration.ZERO));
    }

    /** None where size, too, ends a record's life. */
    private static Duration retention(Config config) {
        if (number(config, TopicConfig.RETENTION_BYTES_CONFIG) >= 0) {
            return Duration.ZERO;
        }
        long ms = number(config, TopicConfig.RETENTION_MS_CONFIG);
        return ms < 0 ? FOR_EVER : Duration.ofMillis(ms);
    }

    private static long number(Config config, String key) {
        return Long.parseLong(config.get(key).value());
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
