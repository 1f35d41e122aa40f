package io.millrace.standalone.config;

import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the topics are made.
 *
 * @param replication copies of every record; with 3 or more a write needs one less
 * @param chunkPartitions of the topic of uploaded bytes
 * @param lanePartitions of each topic of requests
 * @param resultPartitions of the topics of results
 * @param chunkRetention how long uploaded bytes, and so files, are kept
 * @param requestRetention how long requests may wait
 * @param resultRetention how long results are kept in their topics
 * @param deltaRetention how long pieces of streamed results are kept
 * @param deadLetterRetention how long records that could not be processed are kept
 * @param maxRecordSize the largest record that brokers take
 */
public record TopicsSettings(
        @Setting(value = "1", doc = "Copies of every record. With 3 or more, a write needs all but one of them.")
        int replication,

        @Setting(value = "4", doc = "Partitions of the topic of uploaded bytes. For life.")
        int chunkPartitions,

        @Setting(value = "4", doc = "Partitions of each topic of requests. For life.")
        int lanePartitions,

        @Setting(value = "4", doc = "Partitions of each topic of results. For life.")
        int resultPartitions,

        @Setting(value = "7d", doc = "How long uploaded bytes, and so files, are kept.")
        Duration chunkRetention,

        @Setting(value = "7d", doc = "How long requests may wait; at least the longest job window.")
        Duration requestRetention,

        @Setting(
                value = "15d",
                doc =
                        "How long results are kept in their topics. Those of a job that may live longer, window and retention"
                                + " together, are copied, which makes them dearer.")
        Duration resultRetention,

        @Setting(value = "10m", doc = "How long pieces of streamed results are kept.")
        Duration deltaRetention,

        @Setting(value = "30d", doc = "How long records that could not be processed are kept.")
        Duration deadLetterRetention,

        @Setting(
                value = "8MiB",
                doc = "The largest record that brokers take; above the sizes of chunks, bodies and results.")
        ByteSize maxRecordSize) {
    private static final Duration CONTROL_RETENTION = Duration.ofDays(1);
    private static final int LEAST_RECORD_SIZE = 64 << 10;

    /** Checks the bounds. */
    public TopicsSettings {
        requirePositive("replication", replication);
        requirePositive("chunk_partitions", chunkPartitions);
        requirePositive("lane_partitions", lanePartitions);
        requirePositive("result_partitions", resultPartitions);
        if (requestRetention.compareTo(chunkRetention) > 0) {
            throw ConfigException.invalid(
                    "request_retention", requestRetention, "at most chunk_retention, because requests refer to chunks");
        }
        if (maxRecordSize.bytes() < LEAST_RECORD_SIZE || maxRecordSize.bytes() > Integer.MAX_VALUE) {
            throw ConfigException.invalid("max_record_size", maxRecordSize, "64KiB to 2GiB");
        }
    }

    /** All topics for these models. */
    public List<TopicDefinition> definitions(List<ModelSettings> models) {
        List<TopicDefinition> topics = new ArrayList<>();
        topics.add(topic(Topics.CHUNKS, chunkPartitions, chunkRetention));
        topics.add(topic(Topics.LINKS, chunkPartitions, chunkRetention));
        for (ModelSettings model : models) {
            for (Lane lane : Lane.values()) {
                topics.add(topic(Topics.requests(model.name(), lane), lanePartitions, requestRetention));
            }
        }
        topics.add(topic(Topics.RESULTS_JOBS, resultPartitions, resultRetention));
        topics.add(topic(Topics.RESULTS_CALLS, resultPartitions, resultRetention));
        topics.add(topic(Topics.DELTAS, resultPartitions, deltaRetention));
        topics.add(topic(Topics.CONTROL, 1, CONTROL_RETENTION));
        topics.add(topic(Topics.DEAD_LETTERS, 1, deadLetterRetention));
        return topics;
    }

    /** Time alone ends a record's life: a bound by size would lose what was accepted. */
    private TopicDefinition topic(String name, int partitions, Duration retention) {
        Map<String, String> configs = new HashMap<>();
        configs.put("cleanup.policy", "delete");
        configs.put("retention.ms", Long.toString(retention.toMillis()));
        configs.put("retention.bytes", "-1");
        configs.put("max.message.bytes", Long.toString(maxRecordSize.bytes()));
        configs.put("min.insync.replicas", Integer.toString(replication >= 3 ? replication - 1 : 1));
        // Producers decide: uploaded bytes stay as they are, everything else comes compressed.
        configs.put("compression.type", "producer");
        return new TopicDefinition(name, partitions, (short) replication, configs);
    }

    private static void requirePositive(String key, int value) {
        if (value < 1 || value > Short.MAX_VALUE) {
            throw ConfigException.invalid(key, value, "1 to " + Short.MAX_VALUE);
        }
    }
}
