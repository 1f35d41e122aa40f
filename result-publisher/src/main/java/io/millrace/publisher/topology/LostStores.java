package io.millrace.publisher.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that changelogs of a kind of streams are gone, or have other stores than an older version had, while the group has read
 * their topic before. Streams would make empty ones and go on behind everything that happened; so the topic is read again from its
 * beginning, which gives every event the same number as before.
 */
final class LostStores {
    private static final Logger LOG = LoggerFactory.getLogger(LostStores.class);
    /** A member that is gone leaves the group with its session. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long PAUSE_MS = 250;
    private static final String CHANGELOG = "-changelog";

    private final Admin admin;
    private final String application;

    LostStores(Admin admin, String application) {
        this.admin = admin;
        this.application = application;
    }

    /**
     * Makes the application begin anew with the kinds of streams whose changelogs are gone.
     *
     * @param stateDir folder of the stores
     * @throws IllegalStateException if other instances still run, or Kafka does not answer
     */
    void readAgain(List<ResultTopic> topics, Path stateDir) throws InterruptedException {
        try {
            Set<String> names = admin.listTopics().names().get();
            Set<TopicPartition> read = admin.listConsumerGroupOffsets(application)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet();
            for (ResultTopic topic : topics) {
                Set<TopicPartition> inputs = read.stream()
                        .filter(partition -> partition.topic().equals(topic.name()))
                        .collect(Collectors.toSet());
                boolean lost = StreamStores.of(topic.kind()).names().stream()
                        .map(store -> application + "-" + store + CHANGELOG)
                        .anyMatch(name -> !names.contains(name));
                if (lost && !inputs.isEmpty()) {
                    LOG.atWarn()
                            .addKeyValue("topic", topic.name())
                            .log("changelogs are lost, or of an older version; the topic is read again");
                    awaitNobody();
                    // The offsets last: who dies in between begins once more.
                    delete(names.stream()
                            .filter(name -> name.startsWith(application + "-" + StreamStores.prefix(topic.kind()))
                                    && name.endsWith(CHANGELOG))
                            .toList());
                    delete(stateDir.resolve(application));
                    forget(inputs);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the changelogs cannot be looked for: " + e.getMessage(), e);
        }
    }

    private void awaitNobody() throws InterruptedException, ExecutionException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!admin.describeConsumerGroups(List.of(application)).all().get().values().stream()
                .allMatch(group -> group.members().isEmpty())) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        "changelogs are lost, or of an older version, and other publishers still run: stop them all first");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Streams makes topics under these names again, so it is waited until they are gone. */
    private void delete(List<String> changelogs) throws InterruptedException, ExecutionException {
        try {
            admin.deleteTopics(changelogs).all().get();
        } catch (ExecutionException e) {
            // Another publisher that starts may have been first.
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
        while (admin.listTopics().names().get().stream().anyMatch(changelogs::contains)) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private void forget(Set<TopicPartition> inputs) throws InterruptedException, ExecutionException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                admin.deleteConsumerGroupOffsets(application, inputs).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupSubscribedToTopicException) || System.nanoTime() > until) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the stores cannot be deleted", e);
        }
    }
}
