package io.millrace.bench.results;

import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.publisher.PublisherMain;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.schemas.Topics;
import io.millrace.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A broker and publishers as processes of their own, on 127.0.0.1, removed at the end. */
final class Publishers implements AutoCloseable {
    private static final int PARTITIONS = 4;
    /** From this JDK on the launcher makes objects smaller. */
    private static final int COMPACT_SINCE = 25;

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Path folder;
    private final LocalBroker broker;
    private final List<Instance> instances = new ArrayList<>();

    /** A running publisher; its port for clients. */
    record Instance(Process process, int port) {
        /** Resident memory in bytes. */
        long residentBytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    << 10;
        }

        /** {@code SIGKILL}. */
        void kill() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private Publishers(Path folder, LocalBroker broker) {
        this.folder = folder;
        this.broker = broker;
    }

    static Publishers start() throws Exception {
        Path folder = Files.createTempDirectory("millrace-bench-results");
        LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder.resolve("broker")));
        try (TopicProvisioner topics = new TopicProvisioner(KafkaSettings.at(broker.bootstrapServers()))) {
            topics.create(Stream.of(
                            Topics.RESULTS_JOBS,
                            Topics.RESULTS_CALLS,
                            Topics.DEAD_LETTERS,
                            Topics.CHUNKS,
                            Topics.CONTROL,
                            Topics.DELTAS)
                    .map(topic -> new TopicDefinition(topic, PARTITIONS, (short) 1, Map.of()))
                    .toList());
        }
        return new Publishers(folder, broker);
    }

    String brokers() {
        return broker.bootstrapServers();
    }

    /** Starts one under a name, with these settings of its section, and waits until it is ready. */
    Instance add(String name, String... settings) throws IOException, InterruptedException {
        return add(name, FreePorts.one(), settings);
    }

    Instance add(String name, int port, String... settings) throws IOException, InterruptedException {
        int admin = FreePorts.one();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PublisherMain.class.getName()));
        if (Runtime.version().feature() >= COMPACT_SINCE) {
            command.add(1, "-XX:+UseCompactObjectHeaders");
        }
        List<String> set = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=" + brokers(),
                "publisher.streams.state_dir=" + folder.resolve(name),
                "publisher.internal.port=0",
                "admin.port=" + admin,
                "http.port=" + port));
        Stream.of(settings).map(setting -> "publisher." + setting).forEach(set::add);
        set.forEach(setting -> command.addAll(List.of("--set", setting)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        Instance instance = new Instance(process, port);
        instances.add(instance);
        awaitReady(process, admin, port);
        return instance;
    }

    private static void awaitReady(Process process, int admin, int port) throws IOException, InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/health/ready"))
                .build();
        long until = System.nanoTime() + PATIENCE_NANOS;
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (process.isAlive() && System.nanoTime() < until) {
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        // It can be ready before it listens for clients.
                        new EventSocket(port, "/v1/results").close();
                        return;
                    }
                } catch (IOException e) {
                    // It does not listen yet.
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
        throw new IOException("the publisher did not become ready");
    }

    @Override
    public void close() throws IOException {
        for (Instance instance : instances) {
            instance.kill();
        }
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
