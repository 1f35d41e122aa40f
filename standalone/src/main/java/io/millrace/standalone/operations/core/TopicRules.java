package io.millrace.standalone.operations.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the guarantees need of a topic, beyond that it is as configured. */
public final class TopicRules {
    private static final int SAFE_REPLICAS = 3;

    private TopicRules() {}

    /**
     * A topic as the brokers have it.
     *
     * @param replicas copies of each record
     * @param inSync the fewest copies of any partition that are up to date now
     * @param leaderless partitions that nobody serves now
     * @param configs its settings
     */
    public record Facts(String name, int replicas, int inSync, int leaderless, Map<String, String> configs) {
        /** Keeps a copy. */
        public Facts {
            configs = Map.copyOf(configs);
        }
    }

    /** What is wrong or weak; empty if nothing is. */
    public static List<Finding> check(Facts topic) {
        List<Finding> findings = new ArrayList<>();
        int least = Integer.parseInt(topic.configs().getOrDefault("min.insync.replicas", "1"));
        if (topic.leaderless() > 0) {
            findings.add(Finding.error(
                    topic.name(),
                    topic.leaderless() + " partitions have no leader, so nothing can be read or written there",
                    "start the brokers again that hold them; 'millrace doctor' names the brokers that are there"));
        } else if (topic.inSync() < least) {
            findings.add(Finding.error(
                    topic.name(),
                    "only " + topic.inSync() + " copies are up to date and a write needs " + least,
                    "start the missing brokers; uploads wait until then, and lose nothing"));
        } else if (topic.inSync() < topic.replicas()) {
            findings.add(Finding.warning(
                    topic.name(),
                    topic.inSync() + " of " + topic.replicas() + " copies are up to date",
                    "start the missing broker, or wait until it has caught up"));
        }
        safety(topic, least, findings);
        return List.copyOf(findings);
    }

    private static void safety(Facts topic, int least, List<Finding> findings) {
        if (topic.replicas() >= SAFE_REPLICAS && least < 2) {
            findings.add(Finding.error(
                    topic.name(),
                    "min.insync.replicas is 1, so what was acknowledged may be on one machine only",
                    "millrace topics create --alter"));
        }
        if (least >= topic.replicas() && topic.replicas() > 1) {
            findings.add(Finding.error(
                    topic.name(),
                    "a write needs all " + topic.replicas() + " copies, so the loss of one broker stops everything",
                    "millrace topics create --alter"));
        }
        if (topic.configs()
                .getOrDefault("unclean.leader.election.enable", "false")
                .equals("true")) {
            findings.add(Finding.error(
                    topic.name(),
                    "unclean.leader.election.enable is true, so a failover may lose what was acknowledged",
                    "set unclean.leader.election.enable=false, on the brokers or the topic"));
        }
    }

    /** What may be lost with so many copies. */
    public static Finding replication(int replicas) {
        return replicas >= SAFE_REPLICAS
                ? Finding.ok("replication", replicas + " copies: safe against the loss of a machine")
                : Finding.warning(
                        "replication",
                        replicas + " copies: safe against the death of any process, not against the loss of a machine",
                        "in production run three brokers with topics.replication=3");
    }
}
