package io.millrace.standalone.operations.check;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.operations.core.Finding;
import io.millrace.standalone.operations.core.TopicRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether the topics are as configured, and as the guarantees need them. Blocks. */
public final class TopicCheck {
    private TopicCheck() {}

    /** Looks at all of these topics. */
    public static List<Finding> run(KafkaSettings kafka, Collection<TopicDefinition> topics) {
        List<Finding> findings = new ArrayList<>();
        try (TopicProvisioner provisioner = new TopicProvisioner(kafka)) {
            provisioner.compare(topics).forEach(difference -> findings.add(finding(difference)));
            provisioner.states(topics).forEach(state -> findings.addAll(TopicRules.check(facts(state))));
        }
        int replicas =
                topics.stream().mapToInt(TopicDefinition::replication).min().orElse(1);
        findings.add(TopicRules.replication(replicas));
        if (findings.size() == 1) {
            findings.add(Finding.ok("topics", topics.size() + " topics are as configured"));
        }
        return List.copyOf(findings);
    }

    private static Finding finding(TopicProvisioner.Difference difference) {
        String remedy = switch (difference.what()) {
            case TopicProvisioner.EXISTENCE -> "millrace topics create";
            case TopicProvisioner.PARTITIONS ->
                "partitions are for life, because keys would move: set topics.*_partitions to what is there";
            case TopicProvisioner.REPLICAS ->
                "kafka-reassign-partitions.sh moves copies; or set topics.replication to what is there";
            default -> "millrace topics create --alter, or change the setting under topics";
        };
        return Finding.error(difference.topic(), difference.text(), remedy);
    }

    private static TopicRules.Facts facts(TopicProvisioner.State state) {
        Map<String, String> configs = new HashMap<>(state.configs());
        return new TopicRules.Facts(state.name(), state.replicas(), state.inSync(), state.leaderless(), configs);
    }
}
