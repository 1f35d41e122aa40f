package io.millrace.assembler.topology;

import io.millrace.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** Which instance owns which partitions, as far as this one knows. */
public final class Ownership {
    private Ownership() {}

    /** The partitions of each instance that has any. */
    public static Map<HostInfo, List<Integer>> of(KafkaStreams streams) {
        Map<HostInfo, List<Integer>> owners = new HashMap<>();
        for (StreamsMetadata instance : streams.streamsMetadataForStore(StateStores.UPLOADS)) {
            List<Integer> partitions = instance.topicPartitions().stream()
                    .filter(partition -> partition.topic().equals(Topics.CHUNKS))
                    .map(TopicPartition::partition)
                    .sorted()
                    .toList();
            if (!partitions.isEmpty()) {
                owners.put(instance.hostInfo(), partitions);
            }
        }
        return owners;
    }
}
