package io.millrace.runtime.kafka;

import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Creates topics as they should be, and says where existing ones differ. Its methods block. */
public final class TopicProvisioner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    /** What differs where a topic is missing. */
    public static final String EXISTENCE = "existence";
    /** What differs where a topic has another number of partitions. */
    public static final String PARTITIONS = "partitions";
    /** What differs where a topic has another number of copies. */
    public static final String REPLICAS = "replicas";

    private final Admin admin;

    /**
     * One thing that is not as it should be.
     *
     * @param what one of the constants here, or the name of a topic setting
     * @param text the difference as a sentence
     */
    public record Difference(String topic, String what, String text) {}

    /**
     * A topic as the brokers have it.
     *
     * @param replicas copies of each record
     * @param inSync the fewest up-to-date copies of any partition
     * @param leaderless partitions that no broker leads
     * @param configs its settings, the brokers' defaults included
     */
    public record State(String name, int replicas, int inSync, int leaderless, Map<String, String> configs) {}

    /** Connects when it is first used. */
    public TopicProvisioner(KafkaSettings kafka) {
        admin = Admin.create(kafka.client(Map.of()));
    }

    /**
     * Creates those that do not exist and waits until all can be used. Existing ones stay as they are.
     *
     * @throws KafkaException if Kafka refuses, or does not answer in time
     */
    public void create(Collection<TopicDefinition> topics) {
        Set<String> missing = new HashSet<>(names(topics));
        missing.removeAll(describe(missing).keySet());
        List<NewTopic> wanted = topics.stream()
                .filter(topic -> missing.contains(topic.name()))
                .map(topic ->
                        new NewTopic(topic.name(), topic.partitions(), topic.replication()).configs(topic.configs()))
                .toList();
        admin.createTopics(wanted).values().values().forEach(TopicProvisioner::awaitCreation);
        awaitLeaders(names(topics));
    }

    /** What is not as it should be, one sentence each, sorted by topic; empty if all is well. */
    public List<String> differences(Collection<TopicDefinition> topics) {
        return compare(topics).stream().map(Difference::text).toList();
    }

    /** What is not as it should be, sorted by topic; empty if all is well. */
    public List<Difference> compare(Collection<TopicDefinition> topics) {
        Map<String, TopicDescription> found = describe(names(topics));
        Map<String, Config> configs = configs(found.keySet());
        List<Difference> differences = new ArrayList<>();
        for (TopicDefinition topic : topics) {
            @Nullable TopicDescription description = found.get(topic.name());
            if (description == null) {
                differences.add(new Difference(topic.name(), EXISTENCE, topic.name() + " does not exist"));
            } else {
                compare(topic, description, configs.get(topic.name()), differences);
            }
        }
        differences.sort(Comparator.comparing(Difference::text));
        return List.copyOf(differences);
    }

    /** How those are that exist. */
    public List<State> states(Collection<TopicDefinition> topics) {
        Map<String, TopicDescription> found = describe(names(topics));
        Map<String, Config> configs = configs(found.keySet());
        List<State> states = new ArrayList<>();
        new TreeMap<>(found).forEach((name, topic) -> {
            Map<String, String> settings = new HashMap<>();
            @Nullable Config config = configs.get(name);
            if (config != null) {
                config.entries().forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value())));
            }
            List<TopicPartitionInfo> partitions = topic.partitions();
            states.add(new State(
                    name,
                    partitions.getFirst().replicas().size(),
                    partitions.stream()
                            .mapToInt(partition -> partition.isr().size())
                            .min()
                            .orElse(0),
                    (int) partitions.stream()
                            .filter(partition -> partition.leader() == null)
                            .count(),
                    settings));
        });
        return List.copyOf(states);
    }

    /** Gives existing topics the settings that they should have; partitions and copies stay. */
    public void alter(Collection<TopicDefinition> topics) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (TopicDefinition topic : topics) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                    topic.configs().entrySet().stream()
                            .map(setting -> new AlterConfigOp(
                                    new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                            .toList());
        }
        await(admin.incrementalAlterConfigs(changes).all());
    }

    @Override
    public void close() {
        admin.close(PATIENCE);
    }

    private static void compare(
            TopicDefinition topic, TopicDescription found, @Nullable Config config, List<Difference> differences) {
        int partitions = found.partitions().size();
        if (partitions != topic.partitions()) {
            differences.add(difference(topic, PARTITIONS, partitions + " partitions", topic.partitions()));
        }
        int replicas = found.partitions().getFirst().replicas().size();
        if (replicas != topic.replication()) {
            differences.add(difference(topic, REPLICAS, replicas + " replicas", topic.replication()));
        }
        new TreeMap<>(topic.configs()).forEach((name, value) -> {
            @Nullable ConfigEntry entry = config == null ? null : config.get(name);
            String actual = entry == null ? "nothing" : String.valueOf(entry.value());
            if (!actual.equals(value)) {
                differences.add(difference(topic, name, name + "=" + actual, value));
            }
        });
    }

    private static Difference difference(TopicDefinition topic, String what, String actual, Object wanted) {
        return new Difference(topic.name(), what, topic.name() + " has " + actual + " instead of " + wanted);
    }

    private Map<String, TopicDescription> describe(Collection<String> names) {
        Map<String, TopicDescription> found = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, await(description));
            } catch (UnknownTopicOrPartitionException e) {
                found.remove(name);
            }
        });
        return found;
    }

    private Map<String, Config> configs(Collection<String> names) {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Config> configs = new HashMap<>();
        await(admin.describeConfigs(resources).all())
                .forEach((resource, config) -> configs.put(resource.name(), config));
        return configs;
    }

    /** Brokers hear of a new topic a little after its creation was acknowledged. */
    private void awaitLeaders(Collection<String> names) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!allHaveLeaders(describe(names), names)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("topics have no leaders after " + PATIENCE.toSeconds() + " s: " + names);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean allHaveLeaders(Map<String, TopicDescription> found, Collection<String> names) {
        return found.size() == names.size()
                && found.values().stream()
                        .flatMap(description -> description.partitions().stream())
                        .allMatch(partition -> partition.leader() != null);
    }

    private static void awaitCreation(KafkaFuture<Void> creation) {
        try {
            await(creation);
        } catch (TopicExistsException e) {
            // Somebody else was faster; that is what was asked for.
            return;
        }
    }

    private static Set<String> names(Collection<TopicDefinition> topics) {
        return Set.copyOf(topics.stream().map(TopicDefinition::name).toList());
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException failure) {
                throw failure;
            }
            throw new KafkaException("Kafka's answer failed", e.getCause());
        }
    }
}
