package io.millrace.runtime.kafka;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name the topic's name
 * @param partitions at least 1; for life
 * @param replication at least 1
 * @param configs topic settings that differ from the broker's defaults
 */
public record TopicDefinition(String name, int partitions, short replication, Map<String, String> configs) {
    /** Checks the bounds and keeps a copy. */
    public TopicDefinition {
        if (partitions < 1 || replication < 1) {
            throw new IllegalArgumentException(
                    name + " needs at least 1 partition and 1 replica, not " + partitions + " and " + replication);
        }
        configs = Map.copyOf(configs);
    }
}
