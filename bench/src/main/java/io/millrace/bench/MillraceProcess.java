package io.millrace.bench;

import io.millrace.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code ./millrace up} as a process of its own, with a data folder of its own that is deleted at the end. */
final class MillraceProcess implements AutoCloseable {
    /** The model that the default configuration serves. */
    static final String MODEL = "all-minilm-l6-v2";

    private static final int STOP_SECONDS = 30;
    /** The controller writes to its metadata all the time, whatever the load. */
    private static final Pattern SEGMENT = Pattern.compile("/(?!__cluster_metadata)[^/]+/\\d{20}\\.log$");

    private final Process process;
    private final Path data;
    private final URI address;
    private final Duration startup;

    private MillraceProcess(Process process, Path data, URI address, Duration startup) {
        this.process = process;
        this.data = data;
        this.address = address;
        this.startup = startup;
    }

    /**
     * Starts it and waits until it says that it is ready.
     *
     * @param settings of the configuration, each {@code key=value}
     */
    static MillraceProcess start(Path root, String... settings) throws IOException {
        Path data = Files.createTempDirectory("millrace-bench");
        List<String> command = new ArrayList<>(List.of(
                root.resolve("millrace").toString(),
                "up",
                "--http-port",
                Integer.toString(FreePorts.one()),
                "--admin-port",
                Integer.toString(FreePorts.one()),
                "--data-dir",
                data.toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return start(data, command);
    }

    /**
     * Starts the same with a loop-back instead of a model, and waits.
     *
     * @param settings more of the configuration, each {@code key=value}
     */
    static MillraceProcess startLoopBack(String... settings) throws IOException {
        Path data = Files.createTempDirectory("millrace-bench");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(moreJavaOptions());
        command.addAll(List.of(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dmillrace.broker.lib=" + System.getProperty("millrace.broker.lib"),
                "-cp",
                System.getProperty("java.class.path"),
                LoopBackUp.class.getName(),
                "http.port=" + FreePorts.one(),
                "admin.port=" + FreePorts.one(),
                "data_dir=" + data));
        command.addAll(List.of(settings));
        return start(data, command);
    }

    /** What the launcher would take from the environment, too. */
    private static List<String> moreJavaOptions() {
        String options = System.getenv().getOrDefault("MILLRACE_JAVA_OPTS", "");
        return options.isBlank() ? List.of() : List.of(options.strip().split("\\s+"));
    }

    private static MillraceProcess start(Path data, List<String> command) throws IOException {
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                Duration startup = Duration.ofNanos(System.nanoTime() - began);
                return new MillraceProcess(
                        process,
                        data,
                        URI.create(line.substring("ready ".length()).strip()),
                        startup);
            }
        }
        throw new IOException("millrace ended before it was ready, with exit code " + process.exitValue());
    }

    /** Where it listens. */
    URI address() {
        return address;
    }

    /** The managed broker's address. */
    String brokers() throws IOException {
        Properties broker = new Properties();
        try (Reader in = Files.newBufferedReader(data.resolve("broker/node-1/server.properties"))) {
            broker.load(in);
        }
        return broker.getProperty("advertised.listeners")
                .replaceFirst("^.*?://", "")
                .replaceFirst(",.*", "");
    }

    /** From the start of the command to its {@code ready}. */
    Duration startup() {
        return startup;
    }

    /** Bytes of log segments that the managed broker has written: all topics, without the controller's own metadata. */
    long brokerLogBytes() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("broker"))) {
            return files.filter(file -> SEGMENT.matcher(file.toString()).find())
                    .mapToLong(MillraceProcess::size)
                    .sum();
        }
    }

    /** Stops it and deletes its data. An interrupt kills it instead of waiting. */
    @Override
    public void close() throws IOException {
        Leftovers.remove(process, STOP_SECONDS, data);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
