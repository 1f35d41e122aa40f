package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Owners;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamKind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;

/** The instances of this service and what each owns, as the group's last assignment says. */
final class Peers implements Owners {
    private final KafkaStreams streams;
    private final HostInfo self;
    private final Map<StreamKind, ResultTopic> topics = new EnumMap<>(StreamKind.class);

    Peers(KafkaStreams streams, HostInfo self, List<ResultTopic> topics) {
        this.streams = streams;
        this.self = self;
        topics.forEach(topic -> this.topics.put(topic.kind(), topic));
    }

    @Override
    public Optional<String> elsewhere(StreamKey stream) {
        TopicPartition partition =
                Objects.requireNonNull(topics.get(stream.kind())).partitionOf(stream.id());
        return instances().stream()
                .filter(client -> client.topicPartitions().contains(partition))
                .map(StreamsMetadata::hostInfo)
                .filter(owner -> !owner.equals(self))
                .map(Peers::address)
                .findFirst();
    }

    @Override
    public List<String> others() {
        return instances().stream()
                .map(StreamsMetadata::hostInfo)
                .filter(instance -> !instance.equals(self))
                .map(Peers::address)
                .toList();
    }

    @Override
    public int jobPartitions() {
        return Objects.requireNonNull(topics.get(StreamKind.STREAM_KIND_JOB)).partitions();
    }

    private Collection<StreamsMetadata> instances() {
        try {
            return streams.metadataForAllStreamsClients();
        } catch (IllegalStateException | InvalidStateStoreException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the service is starting or stopping; try again", e);
        }
    }

    private static String address(HostInfo instance) {
        return "http://" + instance.host() + ":" + instance.port();
    }
}
