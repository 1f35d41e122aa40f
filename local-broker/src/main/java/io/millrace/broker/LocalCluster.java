package io.millrace.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Several brokers on one machine that are also each other's controllers. For tests: it survives the loss of a minority of
 * its processes, not of the machine.
 */
public final class LocalCluster implements AutoCloseable {
    private static final Duration FORMER_PROCESS_BOUND = Duration.ofSeconds(20);

    private final ClusterPlan plan;
    private final List<LocalBroker> brokers;

    private LocalCluster(ClusterPlan plan, List<LocalBroker> brokers) {
        this.plan = plan;
        this.brokers = List.copyOf(brokers);
    }

    /**
     * Starts the brokers and waits until all serve clients. A given port is that of the first; the others follow it. Each
     * logs into a file of its own.
     *
     * @param nodes 1 or 3
     * @throws BrokerException if one does not start; none is left then
     */
    public static LocalCluster start(BrokerOptions options, int nodes) {
        if (nodes != 1 && nodes != 3) {
            throw new IllegalArgumentException("a local cluster has 1 or 3 nodes, not " + nodes);
        }
        for (int id = 1; id <= nodes; id++) {
            FolderLock.awaitFree(LocalBroker.nodeFolder(options, id).path(), FORMER_PROCESS_BOUND);
        }
        ClusterPlan plan = ClusterPlan.of(options, nodes);
        List<LocalBroker> brokers = plan.nodes().stream()
                .map(node -> new LocalBroker(options.withLogFile(logFile(options, node.id())), plan, node))
                .toList();
        LocalCluster cluster = new LocalCluster(plan, brokers);
        try {
            brokers.forEach(LocalBroker::launch);
            brokers.forEach(LocalBroker::awaitReady);
        } catch (BrokerException e) {
            cluster.kill();
            throw e;
        }
        return cluster;
    }

    /** Where clients find the cluster: every node's {@code host:port}. */
    public String bootstrapServers() {
        return plan.bootstrapServers();
    }

    /** The brokers; the first has the node id 1. */
    public List<LocalBroker> brokers() {
        return brokers;
    }

    /** Kills all. */
    public void kill() {
        brokers.forEach(LocalBroker::kill);
    }

    /** Stops all cleanly, at once: the last of three would wait for a controller that is no longer there. */
    @Override
    public void close() {
        brokers.forEach(LocalBroker::askToStop);
        brokers.forEach(LocalBroker::awaitStopped);
    }

    private static Path logFile(BrokerOptions options, int id) {
        return options.logFile()
                .map(file -> file.resolveSibling(id + "-" + file.getFileName()))
                .orElseGet(() -> options.dataFolder().resolve("broker-" + id + ".log"));
    }
}
