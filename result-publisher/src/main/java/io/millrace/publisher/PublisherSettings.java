package io.millrace.publisher;

import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.streams.StreamsSettings;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The section {@code publisher} of the configuration.
 *
 * @param internal where other services ask
 * @param advertised what the other instances call {@code internal}; empty for its own address
 * @param assemblerAddresses where the assemblers' internal interfaces are
 * @param maxRecordSize the largest record of results, and of the copies in changelogs
 * @param webhooks how others are told of the ends of jobs
 * @param retention how long streams are kept after their end
 * @param ping time between pings to subscribers
 * @param drain over how long sockets are closed at the end, so that not all clients come back at once
 */
public record PublisherSettings(
        @Setting(value = "{port: 8092}", doc = "Where the edges ask for jobs and wait for calls.")
        HttpSettings internal,

        @Setting(
                doc =
                        "host:port under which the other publishers reach internal on this one; empty for its own host and "
                                + "port.")
        String advertised,

        @Setting(
                value = "[\"http://127.0.0.1:8091\"]",
                doc =
                        "Base addresses of the assemblers' internal interfaces; they are asked for the input of batches that "
                                + "did not run to their end. None: error files lack the custom_id of what did not run.")
        List<String> assemblerAddresses,

        @Setting(
                value = "{commit_interval: 500ms}",
                doc =
                        "The Streams application that numbers events; neither subscribers nor cancellations wait for its commits.")
        StreamsSettings streams,

        @Setting(value = "64MiB", doc = "Heap for the last events of followed streams.")
        ByteSize tailMemory,

        @Setting(value = "8MiB", doc = "Largest record of results.")
        ByteSize maxRecordSize,

        @Setting(doc = "Bounds on subscribers and other services.")
        Limits limits,

        @Setting(value = "500ms", doc = "Time between looks at what is due, such as deadlines.")
        Duration sweepInterval,

        @Setting(
                value = "10s",
                doc =
                        "Time between pings to subscribers; one from whom nothing is heard after three in a row is closed.")
        Duration ping,

        @Setting(value = "2s", doc = "Time over which sockets are closed when the service stops; at most 4s.")
        Duration drain,

        @Setting(doc = "How others are told that a job has ended.")
        WebhookSettings webhooks,

        @Setting(value = "7d", doc = "How long streams, and so batches and their files, are kept after their end.")
        Duration retention) {

    /** Servers wait five seconds for their connections. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(4);

    private static final Pattern ADDRESS = Pattern.compile("[^:/\\s]+:[0-9]{1,5}");

    /**
     * Bounds.
     *
     * @param sessions sockets of subscribers
     * @param subscriptionsPerSession streams that one socket follows
     * @param framesPerSecond frames that one socket sends, on average
     * @param waitsPerEdge calls for which one edge waits
     */
    public record Limits(
            @Setting(value = "20000", doc = "Sockets of subscribers.")
            int sessions,

            @Setting(value = "1000", doc = "Subscriptions of one socket.")
            int subscriptionsPerSession,

            @Setting(value = "500", doc = "Frames that one socket may send in a second, on average; more close it.")
            int framesPerSecond,

            @Setting(value = "20000", doc = "Calls for which one edge waits at a time.")
            int waitsPerEdge) {

        /** Checks the bounds. */
        public Limits {
            requirePositive("sessions", sessions);
            requirePositive("subscriptions_per_session", subscriptionsPerSession);
            requirePositive("frames_per_second", framesPerSecond);
            requirePositive("waits_per_edge", waitsPerEdge);
        }
    }

    /** Checks the bounds. */
    public PublisherSettings {
        if (!advertised.isEmpty() && !ADDRESS.matcher(advertised).matches()) {
            throw ConfigException.invalid("advertised", advertised, "host:port");
        }
        if (!assemblerAddresses.stream().allMatch(address -> address.matches("https?://[^/]+"))) {
            throw ConfigException.invalid("assembler_addresses", assemblerAddresses, "http://HOST:PORT");
        }
        assemblerAddresses = List.copyOf(assemblerAddresses);
        requirePositive("sweep_interval", sweepInterval.toMillis());
        requirePositive("ping", ping.toMillis());
        if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
            throw ConfigException.invalid("drain", drain, "at most 4s");
        }
        requirePositive("retention", retention.toMillis());
        requirePositive("max_record_size", maxRecordSize.bytes());
        if (maxRecordSize.bytes() > Integer.MAX_VALUE) {
            throw ConfigException.invalid("max_record_size", maxRecordSize, "at most 2GiB");
        }
    }

    /** The same settings for an instance with this folder and address. */
    public PublisherSettings at(String folder, HttpSettings address) {
        return with(address, streams.in(folder));
    }

    /** Its fixed name; empty for none. */
    public String instanceId() {
        return streams.instanceId();
    }

    /** The same settings with a fixed name. */
    public PublisherSettings named(String instance) {
        return with(internal, streams.named(instance));
    }

    private PublisherSettings with(HttpSettings address, StreamsSettings application) {
        return new PublisherSettings(
                address,
                advertised,
                assemblerAddresses,
                application,
                tailMemory,
                maxRecordSize,
                limits,
                sweepInterval,
                ping,
                drain,
                webhooks,
                retention);
    }

    private static void requirePositive(String key, long value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "more than 0");
        }
    }
}
