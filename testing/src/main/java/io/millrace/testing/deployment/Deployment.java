package io.millrace.testing.deployment;

import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Three brokers that keep every record three times, and every service as a process of its own, on free ports of 127.0.0.1.
 * Nothing stands before the edges and publishers. All processes end with this one.
 */
public final class Deployment implements AutoCloseable {
    private static final int BROKERS = 3;
    private static final int BROKER_HEAP_MIB = 384;

    private final LocalCluster cluster;
    private final ServicePlan plan;
    private final DeploymentOptions options;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Node> guests = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(this::killAll);

    private Deployment(LocalCluster cluster, DeploymentOptions options) {
        this.cluster = cluster;
        this.options = options;
        this.plan = new ServicePlan(options, cluster.bootstrapServers());
        for (int broker = 0; broker < BROKERS; broker++) {
            String name = Kind.BROKER + "-" + (broker + 1);
            nodes.put(name, new BrokerNode(name, cluster.brokers().get(broker)));
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @throws AssertionError if a process does not become ready; none is left then
     */
    public static Deployment start(DeploymentOptions options) {
        try {
            Files.createDirectories(options.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the deployment", e);
        }
        BrokerOptions brokers = BrokerOptions.in(brokerFolder(options))
                .withHeapMiB(BROKER_HEAP_MIB)
                .withProperties(options.clocks().brokers());
        Deployment deployment = new Deployment(LocalCluster.start(brokers, BROKERS), options);
        try {
            deployment.createTopics();
            deployment.startServices();
        } catch (RuntimeException | AssertionError e) {
            deployment.close();
            throw e;
        }
        return deployment;
    }

    /** The folder of a broker of a deployment that is not started yet; brokers count from 1. */
    public static Path brokerFolder(DeploymentOptions options, int broker) {
        return brokerFolder(options).resolve("node-" + broker);
    }

    /** The folder of the state of a service of a deployment that may not be started yet; services count from 1. */
    public static Path stateFolder(DeploymentOptions options, Kind kind, int number) {
        return options.folder().resolve("state").resolve(kind + "-" + number);
    }

    /** Where Kafka's clients find the brokers. */
    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    /** The public ports of the edges. */
    public List<Integer> edgePorts() {
        return plan.edgePorts();
    }

    /** The public ports of the publishers. */
    public List<Integer> publisherPorts() {
        return plan.publisherPorts();
    }

    /** Every process that is to run all the time: brokers first. */
    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Those of one kind. */
    public List<Node> nodes(Kind kind) {
        return nodes.values().stream().filter(node -> node.kind() == kind).toList();
    }

    /** Starts one more instance of a service, which joins its group, and does not wait for it. The caller ends it. */
    public Node launchGuest(Kind kind) {
        ServiceNode guest = plan.node(kind, options.instances() + 1);
        guests.add(guest);
        guest.launch();
        return guest;
    }

    /** Kills everything that is left. */
    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void killAll() {
        Stream.concat(nodes.values().stream(), guests.stream())
                .filter(node -> node.kind() != Kind.BROKER && node.isAlive())
                .forEach(Node::kill);
        cluster.kill();
    }

    private void createTopics() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                options.program() + "/*",
                "io.millrace.standalone.Main",
                "topics",
                "create"));
        for (String setting : List.of(
                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                "topics.replication=3",
                "models=" + options.models())) {
            command.addAll(List.of("--set", setting));
        }
        Path log = options.folder().resolve("topics.log");
        try {
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("the topics were not made: " + Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the topics", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were made", e);
        }
    }

    private void startServices() {
        List<ServiceNode> started = new ArrayList<>();
        // Assemblers and publishers first: they take longest, and edges ask them.
        for (Kind kind : List.of(Kind.ASSEMBLER, Kind.PUBLISHER, Kind.WORKER, Kind.EDGE)) {
            for (int number = 1; number <= options.instances(); number++) {
                ServiceNode node = plan.node(kind, number);
                node.launch();
                nodes.put(node.name(), node);
                started.add(node);
            }
        }
        started.forEach(ServiceNode::awaitReady);
    }

    private static Path brokerFolder(DeploymentOptions options) {
        return options.folder().resolve("brokers");
    }
}
