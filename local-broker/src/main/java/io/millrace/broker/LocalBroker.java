package io.millrace.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker in a process of its own. The process dies with its parent, whatever kills that. Its port, its cluster's
 * id and its data survive restarts. Methods may be called from any thread and block; they are not for event loops.
 */
public final class LocalBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalBroker.class);
    private static final Duration FORMER_PROCESS_BOUND = Duration.ofSeconds(20);
    private static final Duration STOP_BOUND = Duration.ofSeconds(12);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int TAIL_LINES = 30;

    private final BrokerOptions options;
    private final ClusterPlan plan;
    private final ClusterPlan.Node node;
    private final NodeFolder folder;
    private final Path logFile;
    private @Nullable Process process;

    LocalBroker(BrokerOptions options, ClusterPlan plan, ClusterPlan.Node node) {
        this.options = options;
        this.plan = plan;
        this.node = node;
        this.folder = nodeFolder(options, node.id());
        this.logFile = options.logFile()
                .orElseGet(() -> options.dataFolder().resolve("broker.log"))
                .toAbsolutePath();
    }

    /**
     * Starts a cluster of one broker and waits until it serves clients.
     *
     * @throws BrokerException if it does not, with the end of its log
     */
    public static LocalBroker start(BrokerOptions options) {
        FolderLock.awaitFree(nodeFolder(options, 1).path(), FORMER_PROCESS_BOUND);
        ClusterPlan plan = ClusterPlan.of(options, 1);
        LocalBroker broker = new LocalBroker(options, plan, plan.nodes().get(0));
        broker.start();
        return broker;
    }

    /** Where clients find the broker of this folder, whoever runs it; empty where there never was one. */
    public static Optional<String> addressOf(Path dataFolder) {
        return ClusterPlan.keptAddress(BrokerOptions.in(dataFolder));
    }

    static NodeFolder nodeFolder(BrokerOptions options, int id) {
        return new NodeFolder(options.dataFolder().resolve("node-" + id));
    }

    /** Where clients find this broker: {@code host:port}. */
    public String bootstrapServers() {
        return plan.host() + ":" + node.port();
    }

    /** The broker's log. */
    public Path logFile() {
        return logFile;
    }

    /** The process id of the broker's latest start. */
    public long pid() {
        return current().pid();
    }

    /** Whether the process runs. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Completes with the exit code when the process of the latest start ends, for whatever cause. */
    public CompletableFuture<Integer> onExit() {
        return current().onExit().thenApply(Process::exitValue);
    }

    /**
     * Starts it again on the same folder and ports, after {@link #stop()}, {@link #kill()} or a crash, and waits until it
     * serves clients.
     */
    public void restart() {
        FolderLock.awaitFree(folder.path(), FORMER_PROCESS_BOUND);
        start();
    }

    /** Stops it cleanly and waits for its end; kills it if that takes too long. Does nothing when it does not run. */
    public void stop() {
        askToStop();
        awaitStopped();
    }

    /** Closes the process's input, which is its order to stop. */
    synchronized void askToStop() {
        if (process == null) {
            return;
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.atWarn().addKeyValue("pid", process.pid()).setCause(e).log("broker's input did not close");
        }
    }

    /** Waits for the end of a process that was asked to stop. */
    synchronized void awaitStopped() {
        if (process != null && !awaitExit(process, STOP_BOUND)) {
            log.atWarn().addKeyValue("pid", process.pid()).log("broker did not stop in time and is killed");
            kill();
        }
    }

    /** Kills it ({@code SIGKILL}) and waits until it is gone. Does nothing when it does not run. */
    public synchronized void kill() {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        if (!awaitExit(process, KILL_BOUND)) {
            throw new BrokerException("the broker process " + process.pid() + " survived being killed", null);
        }
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private void start() {
        launch();
        awaitReady();
    }

    /** Starts the process and does not wait for it. */
    synchronized void launch() {
        folder.writeSettings(plan, node, options.properties());
        try {
            Files.createDirectories(Objects.requireNonNull(logFile.getParent(), "an absolute path has a parent"));
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                    .start();
        } catch (IOException e) {
            throw new BrokerException("cannot start a broker process: " + e.getMessage(), e);
        }
        log.atInfo()
                .addKeyValue("pid", process.pid())
                .addKeyValue("address", bootstrapServers())
                .log("broker starts");
    }

    /** Waits until the process serves clients; kills it when it does not in time. */
    void awaitReady() {
        Process started = current();
        long deadline = System.nanoTime() + options.startTimeout().toNanos();
        while (!Readiness.answers(plan.host(), node.port())) {
            if (!started.isAlive()) {
                throw new BrokerException("the broker ended with exit code " + started.exitValue() + logTail(), null);
            }
            if (System.nanoTime() > deadline) {
                kill();
                throw new BrokerException(
                        "the broker did not answer on " + bootstrapServers() + " within "
                                + options.startTimeout().toSeconds() + " s" + logTail(),
                        null);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + options.heapMiB() + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(BrokerClassPath.archiveOptions());
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=classpath:millrace-broker-log4j2.properties",
                "-Dmillrace.broker.log=" + logFile));
        command.addAll(List.of(
                "-cp",
                BrokerClassPath.find(),
                BrokerProcess.class.getName(),
                folder.path().toAbsolutePath().toString(),
                plan.clusterId()));
        return List.copyOf(command);
    }

    private synchronized Process current() {
        return Objects.requireNonNull(process, "it was started");
    }

    private static boolean awaitExit(Process process, Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private String logTail() {
        String tail;
        try {
            List<String> lines =
                    List.of(Files.readString(logFile, StandardCharsets.UTF_8).split("\n"));
            tail = lines.stream().skip(Math.max(0, lines.size() - TAIL_LINES)).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            tail = "(cannot be read: " + e + ")";
        }
        return "; the end of its log " + logFile + ":" + "\n" + tail;
    }
}
