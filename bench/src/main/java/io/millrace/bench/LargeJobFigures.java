package io.millrace.bench;

import io.millrace.assembler.AssemblerMain;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.client.ClientException;
import io.millrace.edge.EdgeMain;
import io.millrace.publisher.PublisherMain;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Jobs of many lines through everything but a model, every service as a process of its own. */
final class LargeJobFigures implements AutoCloseable {
    private static final int SMALL = 10_000;
    private static final int SMALL_JOBS = 5;
    private static final int LARGE = 100_000;
    private static final double SHARE = 0.4;
    private static final double COST = 1.15;
    private static final double FLAT = 1.2;
    private static final double NANOS_PER_MICRO = 1e3;

    private final LocalBroker broker;
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final URI edge;
    private final URI publisher;

    private LargeJobFigures(Path folder, LocalBroker broker) throws IOException, InterruptedException {
        this.broker = broker;
        List<Integer> ports = FreePorts.several(4);
        this.edge = local(ports.get(0));
        this.publisher = local(ports.get(1));
        String kafka = "kafka.bootstrap.servers=" + broker.bootstrapServers();
        String models = "models=[{name: " + MillraceProcess.MODEL + ", max_batch_size: " + PipelineFigure.BATCH + "}]";
        try {
            start(
                    folder,
                    AssemblerMain.class,
                    "assembler",
                    List.of(),
                    List.of(
                            kafka,
                            models,
                            "assembler.internal.port=" + ports.get(2),
                            "assembler.streams.state_dir=" + folder.resolve("assembler")));
            start(
                    folder,
                    PublisherMain.class,
                    "publisher",
                    List.of(),
                    List.of(
                            kafka,
                            "http.port=" + ports.get(1),
                            "publisher.internal.port=" + ports.get(3),
                            "publisher.streams.state_dir=" + folder.resolve("publisher")));
            start(folder, LoopBackWorker.class, "worker", List.of(), List.of(kafka, models));
            start(
                    folder,
                    EdgeMain.class,
                    "edge",
                    List.of(),
                    List.of(
                            kafka,
                            models,
                            "http.port=" + ports.get(0),
                            "edge.assembler_addresses=['" + local(ports.get(2)) + "']",
                            "edge.publisher_addresses=['" + local(ports.get(3)) + "']"));
            for (ServiceProcess service : services.values()) {
                service.awaitReady();
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void start(Path folder, Class<?> main, String name, List<String> options, List<String> settings)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        all.add("-Xmx512m");
        services.put(name, ServiceProcess.start(main, folder.resolve(name + ".log"), all, settings));
    }

    /** @param lines of the largest job */
    static List<Figure> measure(Path root, int lines) throws IOException, InterruptedException, ClientException {
        List<String> texts = Passages.make(root, lines);
        double before = PipelineFigure.chain(texts.subList(0, LARGE));
        Path folder = Files.createTempDirectory("millrace-bench-jobs");
        MillraceConfig config = ConfigLoader.load(MillraceConfig.class, new ConfigSources(null, Map.of(), List.of()));
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder.resolve("broker")))) {
            try (TopicProvisioner topics = new TopicProvisioner(KafkaSettings.at(broker.bootstrapServers()))) {
                topics.create(config.topics().definitions(config.models()));
            }
            Measured measured;
            try (LargeJobFigures jobs = new LargeJobFigures(folder, broker)) {
                measured = jobs.measure(texts);
            }
            return figures(measured, before, PipelineFigure.chain(texts.subList(0, LARGE)), texts.size());
        } finally {
            Leftovers.remove(folder);
        }
    }

    /**
     * What was measured.
     *
     * @param completed results per second of a job for whose end a client asks
     * @param followed the same while a subscriber takes every result
     * @param usual processor time of a result of a small job, in microseconds
     * @param flat the publisher's heap late in the largest job, times early
     */
    private record Measured(double completed, double followed, double usual, Run large, double flat) {}

    private static List<Figure> figures(Measured measured, double before, double after, int lines) {
        double chain = (before + after) / 2;
        System.out.printf(
                "  job of %d %.0f/s, with a subscriber %.0f/s, of %d %.0f/s, plain chain %.0f/s before and %.0f/s after%n",
                LARGE,
                measured.completed(),
                measured.followed(),
                lines,
                measured.large().perSecond(),
                before,
                after);
        System.out.printf(
                "  processor time of a result: %.0f us in a job of %d, %.0f us in one of %d (%s)%n",
                measured.usual(),
                SMALL,
                measured.large().cost(),
                lines,
                measured.large().shares());
        return List.of(
                new Figure(
                        "job of " + LARGE + " lines, share of the plain chain",
                        measured.completed() / chain,
                        "",
                        SHARE,
                        Figure.Bound.AT_LEAST),
                new Figure(
                        "the same while a subscriber takes every result",
                        measured.followed() / chain,
                        "",
                        SHARE,
                        Figure.Bound.AT_LEAST),
                new Figure(
                        "cost of a result in a job of " + lines + " lines, times that of " + SMALL,
                        measured.large().cost() / measured.usual(),
                        "",
                        COST,
                        Figure.Bound.AT_MOST),
                new Figure(
                        "publisher's heap late in a job of " + lines + " lines, times early",
                        measured.flat(),
                        "",
                        FLAT,
                        Figure.Bound.AT_MOST));
    }

    private Measured measure(List<String> texts) throws IOException, InterruptedException, ClientException {
        // So much before that the compilers are done: a million lines cost half of what the first 100,000 do.
        JobRun.itemsPerSecond(edge, publisher, texts);
        List<String> job = texts.subList(0, LARGE);
        double completed = WarmRuns.median(() -> JobRun.completedPerSecond(edge, job));
        double followed = WarmRuns.median(() -> JobRun.itemsPerSecond(edge, publisher, job));
        List<Double> small = new ArrayList<>();
        for (int n = 0; n < SMALL_JOBS; n++) {
            small.add(run(texts.subList(0, SMALL)).cost());
        }
        try (LiveHeap heap = LiveHeap.watch(Objects.requireNonNull(services.get("publisher")))) {
            Run large = run(texts);
            return new Measured(completed, followed, Quantiles.of(small).p50(), large, heap.lateToEarly());
        }
    }

    /**
     * A job that has run.
     *
     * @param micros of processor time of each result, by process
     */
    private record Run(double perSecond, Map<String, Double> micros) {
        double cost() {
            return micros.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        String shares() {
            return micros.entrySet().stream()
                    .map(process -> "%s %.0f".formatted(process.getKey(), process.getValue()))
                    .collect(Collectors.joining(", "));
        }
    }

    private Run run(List<String> texts) throws IOException, InterruptedException, ClientException {
        Map<String, Duration> before = cpu();
        double perSecond = JobRun.itemsPerSecond(edge, publisher, texts);
        Map<String, Double> micros = new LinkedHashMap<>();
        cpu().forEach((name, time) ->
                micros.put(name, time.minus(before.get(name)).toNanos() / NANOS_PER_MICRO / texts.size()));
        return new Run(perSecond, micros);
    }

    private Map<String, Duration> cpu() {
        Map<String, Duration> times = new LinkedHashMap<>();
        times.put(
                "broker",
                ProcessHandle.of(broker.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow());
        services.forEach((name, service) -> times.put(name, service.cpu()));
        return times;
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        for (ServiceProcess service : services.values()) {
            service.kill();
        }
    }
}
