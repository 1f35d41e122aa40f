package io.millrace.testing;

import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brokers of our own. Their data lies under {@code target/kafka} and is deleted at the end; the logs stay. */
record LocalSource(LocalCluster cluster, Path data, boolean mortal) implements ClusterSource {
    /**
     * Of brokers that nobody kills. With a session that is meant to notice deaths, a machine that stood still for 3 s costs a broker
     * its partitions, and records are delivered again.
     */
    private static final Map<String, String> LASTING = Map.of("broker.session.timeout.ms", "45000");

    /** @param mortal whether a test will kill brokers */
    static LocalSource start(int nodes, boolean mortal) {
        try {
            Path root = Files.createDirectories(Path.of("target", "kafka"));
            Path data = Files.createTempDirectory(root, nodes + "-");
            BrokerOptions options = BrokerOptions.in(data)
                    .withLogFile(data.resolveSibling("broker-" + data.getFileName() + ".log"))
                    .withProperties(mortal ? Map.of() : LASTING);
            return new LocalSource(LocalCluster.start(options, nodes), data, mortal);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the broker's data", e);
        }
    }

    @Override
    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    void kill(int broker) {
        if (!mortal) {
            throw new IllegalStateException("a class that kills brokers says so: @KafkaTest(killsBrokers = true)");
        }
        cluster.brokers().get(broker).kill();
    }

    void restart(int broker) {
        cluster.brokers().get(broker).restart();
    }

    /** Kills, because nobody needs the data any more. */
    @Override
    public void close() {
        cluster.kill();
        try {
            Files.walkFileTree(data, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's data cannot be deleted", e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
