package io.millrace.broker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The broker settings that Millrace wants beyond Kafka's defaults. */
public final class BrokerProfile {
    /**
     * Kafka's own clocks, lowered: how fast the cluster notices that a consumer, a broker, a worker or a transaction has
     * died; and how often a record may be delivered. Any cluster that Millrace uses may take these; a managed broker has them. In
     * the order in which to print them.
     */
    public static final Map<String, String> ADVISED = advised();

    private BrokerProfile() {}

    private static Map<String, String> advised() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("group.min.session.timeout.ms", "2000");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("group.share.min.record.lock.duration.ms", "5000");
        // A dead member of a share group keeps its partitions until its session ends; Kafka's default, and floor, is 45
        // s.
        settings.put("group.share.min.session.timeout.ms", "6000");
        settings.put("group.share.session.timeout.ms", "6000");
        settings.put("group.share.min.heartbeat.interval.ms", "1000");
        settings.put("group.share.heartbeat.interval.ms", "1500");
        // Twice the session of a broker: one that comes back within its session still counts as the leader that it was,
        // and what it aborts then is forgotten when that session ends. The transaction would stay open for ever.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "6000");
        // At the limit a record is dropped without a word, and what a dead worker's open fetches are given counts.
        settings.put("group.share.max.delivery.count.limit", "25");
        // How far a lane's partition goes past a long request, as workers ask. Kafka's bound is 4000.
        settings.put("group.share.max.partition.max.record.locks", "10000");
        return Collections.unmodifiableMap(settings);
    }

    /** What a broker of a managed cluster of this many nodes has, {@link #ADVISED} included. */
    static Map<String, String> managed(int nodes) {
        Map<String, String> settings = new LinkedHashMap<>(ADVISED);
        settings.put("auto.create.topics.enable", "false");
        settings.put("delete.topic.enable", "true");
        settings.put("message.max.bytes", "8388608");
        settings.put("replica.fetch.max.bytes", "8388608");
        settings.put("group.share.delivery.count.limit", "10");
        // As much as the kernel gives: with Kafka's 100 KiB a chunk of 1 MiB waits for its reader ten times.
        settings.put("socket.receive.buffer.bytes", "-1");
        settings.put("socket.send.buffer.bytes", "-1");
        replication(settings, nodes);
        small(settings);
        return settings;
    }

    private static void replication(Map<String, String> settings, int nodes) {
        String replicas = Integer.toString(Math.min(nodes, 3));
        String inSync = nodes < 3 ? "1" : "2";
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("share.coordinator.state.topic.replication.factor", replicas);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
    }

    /** One machine serves everything: few internal partitions and threads start fast and need little memory. */
    private static void small(Map<String, String> settings) {
        settings.put("offsets.topic.num.partitions", "8");
        settings.put("transaction.state.log.num.partitions", "8");
        settings.put("share.coordinator.state.topic.num.partitions", "4");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
    }
}
