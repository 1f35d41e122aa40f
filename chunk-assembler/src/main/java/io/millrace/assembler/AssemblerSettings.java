package io.millrace.assembler;

import io.millrace.assembler.expansion.ExpansionSettings;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * The section {@code assembler} of the configuration.
 *
 * @param internal where other services ask
 * @param advertisedAddress under which other assemblers reach {@code internal}; empty for its own host and port
 * @param stateDir folder of the stores
 * @param instanceId fixed name in the consumer group; empty for none
 * @param maxRecordSize the largest record written; a longer chunk is left out of its dead letter
 */
public record AssemblerSettings(
        @Setting(value = "{port: 8091}", doc = "Where the edges ask how far an upload is.")
        HttpSettings internal,

        @Setting(doc = "HOST:PORT under which other assemblers reach `internal`; empty for its own host and port.")
        String advertisedAddress,

        @Setting(doc = "Folder of the stores. What is lost there is restored from Kafka.")
        String stateDir,

        @Setting(
                doc = "Fixed name of this instance; with one, a restarted instance gets its work back at once instead "
                        + "of after session_timeout. Each instance needs its own.")
        String instanceId,

        @Setting(value = "2", doc = "Threads that put uploads together.")
        int threads,

        @Setting(value = "100ms", doc = "Time between commits; requests of a job appear with them.")
        Duration commitInterval,

        @Setting(value = "6s", doc = "When a silent instance loses its work to others.")
        Duration sessionTimeout,

        @Setting(value = "1", doc = "Replicas of the changelogs; 3 where the loss of a machine must do no harm.")
        int replication,

        @Setting(value = "0", doc = "Further instances that keep a copy of each store, for a short failover.")
        int standbys,

        @Setting(value = "64MiB", doc = "Memory of all stores together, outside the heap.")
        ByteSize storeMemory,

        @Setting(value = "16MiB", doc = "Heap that holds back repeated writes of the same upload until the commit.")
        ByteSize cacheMemory,

        @Setting(
                value = "8MiB",
                doc = "Largest record written; `max.message.bytes` of lanes and dead letters must be as much.")
        ByteSize maxRecordSize,

        @Setting(value = "10000", doc = "Queries that may wait for their answer at a time.")
        int maxWaitingQueries,

        @Setting(doc = "How files of jobs become requests.") ExpansionSettings expansion) {

    /** Checks the bounds. */
    public AssemblerSettings {
        requirePositive("threads", threads);
        requirePositive("replication", replication);
        requirePositive("commit_interval", commitInterval.toMillis());
        requirePositive("session_timeout", sessionTimeout.toMillis());
        requirePositive("max_waiting_queries", maxWaitingQueries);
        if (standbys < 0) {
            throw ConfigException.invalid("standbys", standbys, "at least 0");
        }
        if (maxRecordSize.bytes() < 1 << 20 || maxRecordSize.bytes() > 1 << 30) {
            throw ConfigException.invalid("max_record_size", maxRecordSize, "1MiB to 1GiB");
        }
        if (expansion.maxLine().bytes() > maxRecordSize.bytes() / 2) {
            throw ConfigException.invalid(
                    "expansion.max_line", expansion.maxLine(), "at most half of max_record_size, " + maxRecordSize);
        }
        if (storeMemory.bytes() < 1 << 20) {
            throw ConfigException.invalid("store_memory", storeMemory, "at least 1MiB");
        }
        if (!advertisedAddress.isEmpty() && !advertisedAddress.matches("[^:/ ]+:\\d+")) {
            throw ConfigException.invalid("advertised_address", advertisedAddress, "HOST:PORT");
        }
    }

    /** The same settings for an instance with this folder and address. */
    public AssemblerSettings at(String folder, HttpSettings address) {
        return new AssemblerSettings(
                address,
                advertisedAddress,
                folder,
                instanceId,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                standbys,
                storeMemory,
                cacheMemory,
                maxRecordSize,
                maxWaitingQueries,
                expansion);
    }

    /** The same settings with a fixed name. */
    public AssemblerSettings named(String instance) {
        return new AssemblerSettings(
                internal,
                advertisedAddress,
                stateDir,
                instance,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                standbys,
                storeMemory,
                cacheMemory,
                maxRecordSize,
                maxWaitingQueries,
                expansion);
    }

    private static void requirePositive(String key, long value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "more than 0");
        }
    }
}
