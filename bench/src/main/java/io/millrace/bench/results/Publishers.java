package io.millrace.bench.results;

import io.millrace.bench.ServiceProcess;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.publisher.PublisherMain;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.schemas.Topics;
import io.millrace.testing.FreePorts;
import java.io.IOException;
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
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Path folder;
    private final LocalBroker broker;
    private final List<Instance> instances = new ArrayList<>();

    /** A running publisher; its port for clients. */
    record Instance(ServiceProcess process, int port) {}

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
                    .map(topic -> new TopicDefinition(topic, PARTITIONS, (short) 1, Map.of("retention.ms", "-1")))
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
        List<String> set = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=" + brokers(),
                "publisher.streams.state_dir=" + folder.resolve(name),
                "publisher.internal.port=0",
                "http.port=" + port));
        Stream.of(settings).map(setting -> "publisher." + setting).forEach(set::add);
        ServiceProcess process =
                ServiceProcess.start(PublisherMain.class, folder.resolve(name + ".log"), List.of("-Xmx512m"), set);
        Instance instance = new Instance(process, port);
        instances.add(instance);
        process.awaitReady();
        awaitListening(port);
        return instance;
    }

    /** It can be ready before it listens for clients. */
    private static void awaitListening(int port) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                new EventSocket(port, "/v1/results").close();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Instance instance : instances) {
            instance.process().kill();
        }
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
