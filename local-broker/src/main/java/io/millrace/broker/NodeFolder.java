package io.millrace.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The folder of one node: its lock, the settings of its next start, Kafka's data. */
record NodeFolder(Path path) {
    /** Where {@link BrokerProcess} finds its settings. */
    Path settings() {
        return path.resolve("server.properties");
    }

    /** Kafka's data. */
    Path data() {
        return path.resolve("data");
    }

    /** Writes the settings of the node's next start. */
    void writeSettings(ClusterPlan plan, ClusterPlan.Node node, Map<String, String> extra) {
        Properties properties = new Properties();
        properties.putAll(BrokerProfile.managed(plan.nodes().size()));
        properties.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(node.id()),
                "controller.quorum.voters",
                plan.quorumVoters(),
                "controller.listener.names",
                "CONTROLLER",
                "listeners",
                listener(plan, node.port(), "PLAINTEXT") + "," + listener(plan, node.controllerPort(), "CONTROLLER"),
                "advertised.listeners",
                listener(plan, node.port(), "PLAINTEXT"),
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "log.dirs",
                data().toAbsolutePath().toString()));
        properties.putAll(extra);
        try {
            Files.createDirectories(path);
            try (Writer writer = Files.newBufferedWriter(settings())) {
                properties.store(writer, "Written at every start.");
            }
        } catch (IOException e) {
            throw new BrokerException("cannot write to the data folder " + path + ": " + e, e);
        }
    }

    private static String listener(ClusterPlan plan, int port, String name) {
        return name + "://" + plan.host() + ":" + port;
    }
}
