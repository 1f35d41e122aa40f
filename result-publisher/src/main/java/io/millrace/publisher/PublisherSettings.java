package io.millrace.publisher;

import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * The section {@code publisher} of the configuration.
 *
 * @param internal where other services ask
 * @param stateDir folder of the stores
 * @param instanceId fixed name in the consumer group; empty for none
 * @param maxRecordSize the largest record of results, and of the copies in changelogs
 */
public record PublisherSettings(
        @Setting(value = "{port: 8092}", doc = "Where the edges ask for jobs and wait for calls.")
        HttpSettings internal,

        @Setting(doc = "Folder of the stores. What is lost there is restored from Kafka.")
        String stateDir,

        @Setting(
                doc = "Fixed name of this instance; with one, a restarted instance gets its work back at once instead "
                        + "of after session_timeout. Each instance needs its own.")
        String instanceId,

        @Setting(value = "2", doc = "Threads that number events.")
        int threads,

        @Setting(value = "100ms", doc = "Time between commits. Subscribers do not wait for them.")
        Duration commitInterval,

        @Setting(value = "6s", doc = "When a silent instance loses its work to others.")
        Duration sessionTimeout,

        @Setting(value = "1", doc = "Replicas of the changelogs; 3 where the loss of a machine must do no harm.")
        int replication,

        @Setting(value = "64MiB", doc = "Memory of all stores together, outside the heap.")
        ByteSize storeMemory,

        @Setting(value = "16MiB", doc = "Heap that holds back repeated writes of the same stream until the commit.")
        ByteSize cacheMemory,

        @Setting(value = "64MiB", doc = "Heap for the last events of followed streams.")
        ByteSize tailMemory,

        @Setting(value = "8MiB", doc = "Largest record of results.")
        ByteSize maxRecordSize,

        @Setting(doc = "Bounds on subscribers and other services.")
        Limits limits,

        @Setting(value = "500ms", doc = "Time between looks at what is due, such as deadlines.")
        Duration sweepInterval) {

    /**
     * Bounds.
     *
     * @param sessions sockets of subscribers
     * @param subscriptionsPerSession streams that one socket follows
     * @param waitsPerEdge calls for which one edge waits
     */
    public record Limits(
            @Setting(value = "20000", doc = "Sockets of subscribers.")
            int sessions,

            @Setting(value = "1000", doc = "Subscriptions of one socket.")
            int subscriptionsPerSession,

            @Setting(value = "20000", doc = "Calls for which one edge waits at a time.")
            int waitsPerEdge) {

        /** Checks the bounds. */
        public Limits {
            requirePositive("sessions", sessions);
            requirePositive("subscriptions_per_session", subscriptionsPerSession);
            requirePositive("waits_per_edge", waitsPerEdge);
        }
    }

    /** Checks the bounds. */
    public PublisherSettings {
        requirePositive("threads", threads);
        requirePositive("replication", replication);
        requirePositive("commit_interval", commitInterval.toMillis());
        requirePositive("session_timeout", sessionTimeout.toMillis());
        requirePositive("sweep_interval", sweepInterval.toMillis());
        requirePositive("max_record_size", maxRecordSize.bytes());
        if (maxRecordSize.bytes() > Integer.MAX_VALUE) {
            throw ConfigException.invalid("max_record_size", maxRecordSize, "at most 2GiB");
        }
        if (storeMemory.bytes() < 1 << 20) {
            throw ConfigException.invalid("store_memory", storeMemory, "at least 1MiB");
        }
    }

    /** The same settings for an instance with this folder and address. */
    public PublisherSettings at(String folder, HttpSettings address) {
        return new PublisherSettings(
                address,
                folder,
                instanceId,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                storeMemory,
                cacheMemory,
                tailMemory,
                maxRecordSize,
                limits,
                sweepInterval);
    }

    /** The same settings with a fixed name. */
    public PublisherSettings named(String instance) {
        return new PublisherSettings(
                internal,
                stateDir,
                instance,
                threads,
                commitInterval,
                sessionTimeout,
                replication,
                storeMemory,
                cacheMemory,
                tailMemory,
                maxRecordSize,
                limits,
                sweepInterval);
    }

    private static void requirePositive(String key, long value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "more than 0");
        }
    }
}
