package io.millrace.testing;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Assumptions;

/** A real Kafka cluster for tests. Safe for use by several threads. */
public final class KafkaCluster implements AutoCloseable {
    /** The environment variable that says which cluster tests use. */
    static final String CHOICE = "MILLRACE_TEST_KAFKA";

    private static final String CONTAINER = "testcontainers";
    private static final long TIMEOUT_SECONDS = 30;
    private static final AtomicLong NEXT = new AtomicLong();

    private final ClusterSource source;
    private final int nodes;
    private final Admin admin;

    private KafkaCluster(ClusterSource source, int nodes) {
        this.source = source;
        this.nodes = nodes;
        this.admin = Admin.create(clientConfig(Map.of()));
    }

    /** Why the cluster that the environment asks for cannot have so many nodes, if it cannot. */
    static Optional<String> obstacle(int nodes) {
        return choice().equals(CONTAINER) && nodes != 1
                ? Optional.of("Testcontainers' Kafka has one node, not " + nodes)
                : Optional.empty();
    }

    /**
     * Starts, or finds, the cluster that the environment asks for.
     *
     * @param mortal whether a test will kill brokers
     */
    static KafkaCluster start(int nodes, boolean mortal) {
        String choice = choice();
        ClusterSource source = switch (choice) {
            case "", "local" -> LocalSource.start(nodes, mortal);
            case CONTAINER -> ContainerSource.start();
            default -> new GivenSource(choice);
        };
        return new KafkaCluster(source, nodes);
    }

    private static String choice() {
        return Optional.ofNullable(System.getenv(CHOICE)).orElse("").toLowerCase(Locale.ROOT);
    }

    /** Where clients find it. */
    public String bootstrapServers() {
        return source.bootstrapServers();
    }

    /** How many brokers the test asked for. */
    public int nodes() {
        return nodes;
    }

    /** What any Kafka client needs to reach it, and the given settings over that. */
    public Map<String, Object> clientConfig(Map<String, Object> extra) {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        config.putAll(extra);
        return config;
    }

    /** An admin client, closed with the cluster. */
    public Admin admin() {
        return admin;
    }

    /** A name that no other test of this run has, for topics, groups and applications; it begins with the given text. */
    public String uniqueName(String prefix) {
        return prefix + "-" + Long.toString(ProcessHandle.current().pid(), 36) + "-"
                + Long.toString(System.currentTimeMillis(), 36) + "-" + NEXT.incrementAndGet();
    }

    /** Makes a topic, replicated as the cluster does by default. One that is there already stays as it is. */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /** Makes a topic with these settings, replicated as the cluster does by default. One that is there already stays as it is. */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
        try {
            await(admin.createTopics(List.of(topic)).all());
        } catch (TopicExistsException e) {
            return;
        }
        Eventually.check(
                () -> await(admin.listTopics().names()).contains(name), "the brokers know the new topic " + name);
    }

    /** Deletes topics; those that are not there are ignored. */
    public void deleteTopics(Collection<String> names) {
        List<String> present = await(admin.listTopics().names()).stream()
                .filter(names::contains)
                .toList();
        await(admin.deleteTopics(present).all());
    }

    /** Kills a broker with {@code SIGKILL}, counted from 0, as {@link KafkaTest#killsBrokers} must say. The test is aborted where the cluster is no local one. */
    public void kill(int broker) {
        local().kill(broker);
    }

    /** Starts a killed broker again, counted from 0, on the same data and port. */
    public void restart(int broker) {
        local().restart(broker);
    }

    /** Ends what was started for the tests, and leaves a given cluster alone. */
    @Override
    public void close() {
        admin.close();
        source.close();
    }

    private LocalSource local() {
        if (source instanceof LocalSource local) {
            return local;
        }
        return Assumptions.abort("brokers can only be killed in a local cluster");
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the cluster", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the cluster did not answer within " + TIMEOUT_SECONDS + " s", e);
        }
    }
}
