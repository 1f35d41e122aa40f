package io.millrace.standalone.operations.check;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.standalone.operations.core.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/** Whether Kafka answers, can do what is needed, and has room. Blocks. */
public final class BrokerCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PERCENT = 100;
    private static final int LEAST_FREE_PERCENT = 10;

    private final KafkaSettings kafka;
    private final List<Finding> findings = new ArrayList<>();

    private BrokerCheck(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /**
     * Looks at the cluster.
     *
     * @return the findings; the first is an error if nothing answers
     */
    public static List<Finding> run(KafkaSettings kafka) throws InterruptedException {
        BrokerCheck check = new BrokerCheck(kafka);
        try (Admin admin = Admin.create(kafka.client(Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis() / 2)))) {
            check.look(admin);
        } catch (ExecutionException | TimeoutException e) {
            // A wait of our own that ended has neither a cause nor a message.
            String why = e instanceof ExecutionException && e.getCause() != null
                    ? Optional.ofNullable(e.getCause().getMessage())
                            .orElse(e.getCause().toString())
                    : "nothing came within " + PATIENCE.toSeconds() + " s";
            check.findings.add(Finding.error(
                    "kafka",
                    kafka.bootstrapServers() + " does not answer: " + why,
                    "is the broker running, is kafka.bootstrap.servers right, does a firewall or TLS stand between?"));
        }
        return List.copyOf(check.findings);
    }

    private void look(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        long begin = System.nanoTime();
        Collection<Node> nodes = await(admin.describeCluster().nodes());
        double ms = (System.nanoTime() - begin) / 1e6;
        findings.add(Finding.ok(
                "kafka",
                String.format(
                        Locale.ROOT,
                        "%d brokers at %s, answered after %.0f ms",
                        nodes.size(),
                        kafka.bootstrapServers(),
                        ms)));
        features(await(admin.describeFeatures().featureMetadata()).finalizedFeatures());
        disks(await(admin.describeLogDirs(nodes.stream().map(Node::id).toList()).allDescriptions()));
    }

    private void features(Map<String, FinalizedVersionRange> features) {
        feature(features, "share.version", 1, "share groups are off, so no worker can read a lane");
        feature(features, "transaction.version", 2, "transactions are of the old kind, which may hang after a crash");
    }

    private void feature(Map<String, FinalizedVersionRange> features, String name, int least, String otherwise) {
        @Nullable FinalizedVersionRange range = features.get(name);
        int level = range == null ? 0 : range.maxVersionLevel();
        findings.add(
                level >= least
                        ? Finding.ok(name, "level " + level)
                        : Finding.error(
                                name,
                                "level " + level + ": " + otherwise,
                                "run Kafka 4.2 or newer, then kafka-features.sh upgrade --feature " + name + "="
                                        + least));
    }

    private void disks(Map<Integer, Map<String, LogDirDescription>> brokers) {
        brokers.forEach((broker, folders) -> folders.forEach((folder, state) -> {
            OptionalLong total = state.totalBytes();
            OptionalLong free = state.usableBytes();
            String subject = "disk of broker " + broker;
            if (state.error() != null) {
                findings.add(Finding.error(
                        subject,
                        folder + " is offline: " + state.error().getMessage(),
                        "mend or replace the disk and start the broker again"));
            } else if (total.isPresent() && free.isPresent()) {
                findings.add(room(subject, folder, free.getAsLong(), total.getAsLong()));
            }
        }));
    }

    /** How full a disk is. */
    static Finding room(String subject, String folder, long free, long total) {
        long percent = total == 0 ? 0 : free * PERCENT / total;
        String what = folder + " has " + (free >> 20) + " MiB free, " + percent + " %";
        return percent >= LEAST_FREE_PERCENT
                ? Finding.ok(subject, what)
                : Finding.error(
                        subject,
                        what,
                        "add disk, or lower topics.chunk_retention and run 'millrace topics create --alter'");
    }

    private static <T> T await(KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
