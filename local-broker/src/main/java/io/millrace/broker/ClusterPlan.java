package io.millrace.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a cluster decided once and keeps in its data folder: its id and the ports of its nodes.
 *
 * @param clusterId Kafka's name for the cluster
 * @param host the address of every node
 * @param nodes in the order of their ids, which count from 1
 */
record ClusterPlan(String clusterId, String host, List<Node> nodes) {
    private static final String FILE = "cluster.properties";

    /** One node: where clients reach it, and where the controllers reach each other. */
    record Node(int id, int port, int controllerPort) {}

    ClusterPlan {
        nodes = List.copyOf(nodes);
    }

    /**
     * The plan of the data folder, made on first use.
     *
     * @throws BrokerException if the folder holds a cluster of another size
     */
    static ClusterPlan of(BrokerOptions options, int size) {
        Path file = options.dataFolder().resolve(FILE);
        try {
            Files.createDirectories(options.dataFolder());
            Properties kept = new Properties();
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    kept.load(reader);
                }
                checkSize(kept, size, options.dataFolder());
            }
            ClusterPlan plan = plan(kept, options, size);
            plan.write(file);
            return plan;
        } catch (IOException e) {
            throw new BrokerException("cannot use the data folder " + options.dataFolder() + ": " + e, e);
        }
    }

    /** Where clients find the cluster of a data folder, as its last start decided; empty where there was none. */
    static Optional<String> keptAddress(BrokerOptions options) {
        Path file = options.dataFolder().resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties kept = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            kept.load(reader);
        } catch (IOException e) {
            throw new BrokerException("cannot read " + file + ": " + e, e);
        }
        int size = Integer.parseInt(kept.getProperty("nodes", "0"));
        return Optional.of(IntStream.rangeClosed(1, size)
                .mapToObj(id -> options.host() + ":" + kept.getProperty("port." + id))
                .collect(Collectors.joining(",")));
    }

    String bootstrapServers() {
        return nodes.stream().map(node -> host + ":" + node.port()).collect(Collectors.joining(","));
    }

    String quorumVoters() {
        return nodes.stream()
                .map(node -> node.id() + "@" + host + ":" + node.controllerPort())
                .collect(Collectors.joining(","));
    }

    private static void checkSize(Properties kept, int size, Path folder) {
        String before = kept.getProperty("nodes", "");
        if (!before.equals(Integer.toString(size))) {
            throw new BrokerException(
                    "the data folder " + folder + " belongs to a cluster of " + before + " nodes, not " + size, null);
        }
    }

    private static ClusterPlan plan(Properties kept, BrokerOptions options, int size) {
        Set<Integer> taken = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            int wanted = options.port() == 0 ? 0 : options.port() + id - 1;
            int port = wanted == 0 ? port(kept, "port." + id, options.host(), taken) : wanted;
            taken.add(port);
            int controllerPort = port(kept, "controller.port." + id, options.host(), taken);
            taken.add(controllerPort);
            nodes.add(new Node(id, port, controllerPort));
        }
        String clusterId = kept.getProperty("cluster.id");
        return new ClusterPlan(clusterId == null ? newClusterId() : clusterId, options.host(), nodes);
    }

    /** The port as it was; another one only if someone else has it by now. */
    private static int port(Properties kept, String key, String host, Set<Integer> taken) {
        String before = kept.getProperty(key);
        return before != null && Ports.isFree(host, Integer.parseInt(before))
                ? Integer.parseInt(before)
                : Ports.free(host, taken);
    }

    /** Written beside and moved, so that a crash leaves the old plan or the new one. */
    private void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("cluster.id", clusterId);
        properties.setProperty("nodes", Integer.toString(nodes.size()));
        for (Node node : nodes) {
            properties.setProperty("port." + node.id(), Integer.toString(node.port()));
            properties.setProperty("controller.port." + node.id(), Integer.toString(node.controllerPort()));
        }
        Path next = file.resolveSibling(FILE + ".next");
        try (Writer writer = Files.newBufferedWriter(next)) {
            properties.store(writer, "Decided when this data folder was made; the broker data depends on it.");
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** 128 random bits in Kafka's spelling, which must not begin with a hyphen to be a command line argument. */
    private static String newClusterId() {
        String id;
        do {
            UUID uuid = UUID.randomUUID();
            ByteBuffer bits = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits());
            id = Base64.getUrlEncoder().withoutPadding().encodeToString(bits.array());
        } while (id.startsWith("-"));
        return id;
    }
}
