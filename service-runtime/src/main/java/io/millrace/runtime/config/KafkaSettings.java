package io.millrace.runtime.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * How to reach Kafka: properties that are passed through to every client, so that TLS and SASL need nothing here.
 *
 * @param properties Kafka client properties
 */
public record KafkaSettings(
        @Setting(doc = "Any Kafka client property, such as `bootstrap.servers`; passed through to every client.")
        Map<String, String> properties) {
    private static final String BOOTSTRAP = "bootstrap.servers";
    private static final String REQUEST_TIMEOUT = "request.timeout.ms";
    /**
     * With Kafka's 30 s, and 15 s of our own producers, clients waited for a frozen broker long after another one had taken
     * its partitions over. A broker answers everything but joins, for which clients wait longer by themselves, well within it.
     */
    private static final String REQUEST_TIMEOUT_MS = "6000";

    /** Keeps a copy. */
    public KafkaSettings {
        properties = Map.copyOf(properties);
    }

    /** Only an address, {@code host:port,…}. */
    public static KafkaSettings at(String bootstrapServers) {
        return new KafkaSettings(Map.of(BOOTSTRAP, bootstrapServers));
    }

    /** Whether an address is set. */
    public boolean hasBootstrapServers() {
        return !properties.getOrDefault(BOOTSTRAP, "").isBlank();
    }

    /**
     * The address, {@code host:port,…}.
     *
     * @throws ConfigException if it is not set
     */
    public String bootstrapServers() {
        String address = properties.getOrDefault(BOOTSTRAP, "");
        if (address.isBlank()) {
            throw ConfigException.missing("kafka." + BOOTSTRAP, "HOST:PORT, several with commas between");
        }
        return address;
    }

    /** How long a client waits for a broker's answer, in milliseconds, before it asks again, and whom it asks. */
    public int requestTimeoutMs() {
        return Integer.parseInt(properties.getOrDefault(REQUEST_TIMEOUT, REQUEST_TIMEOUT_MS));
    }

    /**
     * The configuration of a client: what is passed through, and over it what this client needs.
     *
     * @throws ConfigException if no address is set
     */
    public Map<String, Object> client(Map<String, ?> extra) {
        Map<String, Object> client = new HashMap<>(properties);
        client.put(BOOTSTRAP, bootstrapServers());
        client.putIfAbsent(REQUEST_TIMEOUT, REQUEST_TIMEOUT_MS);
        client.putAll(extra);
        return client;
    }

    /**
     * A client for questions about the cluster.
     *
     * @param patience after which a question fails; what a client waits for one broker's answer, if that is longer
     */
    public Admin admin(Duration patience) {
        return Admin.create(client(Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(Math.max(patience.toMillis(), requestTimeoutMs())))));
    }
}
