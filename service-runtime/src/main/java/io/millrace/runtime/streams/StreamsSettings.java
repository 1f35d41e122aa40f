package io.millrace.runtime.streams;

import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * The part {@code streams} of a service's section.
 *
 * @param stateDir folder of the stores
 * @param instanceId fixed name in the consumer group; empty for one that {@code stateDir} keeps
 */
public record StreamsSettings(
        @Setting(doc = "Folder of the stores. What is lost there is restored from Kafka.")
        String stateDir,

        @Setting(
                doc =
                        "Fixed name of this instance, which each needs of its own; with one, an instance that stops keeps its "
                                + "work for session_timeout and has it back when it starts in time. Empty: who stops gives its work "
                                + "to the others, and who is started again in state_dir after it was killed is heard of at once.")
        String instanceId,

        @Setting(value = "2", doc = "Threads that process records.")
        int threads,

        @Setting(value = "300ms", doc = "Time between commits; what is written to other topics appears with them.")
        Duration commitInterval,

        @Setting(value = "6s", doc = "When a silent instance loses its work to others.")
        Duration sessionTimeout,

        @Setting(value = "1", doc = "Replicas of the changelogs; 3 where the loss of a machine must do no harm.")
        int replication,

        @Setting(value = "0", doc = "Further instances that keep a copy of each store, for a short failover.")
        int standbys,

        @Setting(value = "64MiB", doc = "Memory of all stores together, outside the heap.")
        ByteSize storeMemory,

        @Setting(value = "16MiB", doc = "Heap that holds back repeated writes of the same key until the commit.")
        ByteSize cacheMemory) {

    /** Checks the bounds. */
    public StreamsSettings {
        requirePositive("threads", threads);
        requirePositive("replication", replication);
        requirePositive("commit_interval", commitInterval.toMillis());
        requirePositive("session_timeout", sessionTimeout.toMillis());
        if (standbys < 0) {
            throw ConfigException.invalid("standbys", standbys, "at least 0");
        }
        if (storeMemory.bytes() < 1 << 20) {
            throw ConfigException.invalid("store_memory", storeMemory, "at least 1MiB");
        }
    }

    /** The same settings with this folder. */
    public StreamsSettings in(String folder) {
        return new StreamsSettings(
                folder,
                instanceId,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                standbys,
                storeMemory,
                cacheMemory);
    }

    /** The same settings with a fixed name. */
    public StreamsSettings named(String instance) {
        return new StreamsSettings(
                stateDir,
                instance,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                standbys,
                storeMemory,
                cacheMemory);
    }

    private static void requirePositive(String key, long value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "more than 0");
        }
    }
}
