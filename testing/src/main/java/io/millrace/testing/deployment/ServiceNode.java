package io.millrace.testing.deployment;

import io.millrace.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One service as {@code millrace edge|assembler|worker|publisher} runs it. What it logs is appended to one file. */
final class ServiceNode implements Node {
    private static final Duration READY_BOUND = Duration.ofSeconds(90);
    private static final Duration STOP_BOUND = Duration.ofMinutes(1);

    private final String name;
    private final Kind kind;
    private final List<String> command;
    private final Path log;
    private @Nullable Process process;
    private CompletableFuture<Boolean> ready = new CompletableFuture<>();

    ServiceNode(String name, Kind kind, List<String> command, Path log) {
        this.name = name;
        this.kind = kind;
        this.command = List.copyOf(command);
        this.log = log;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public long pid() {
        return current().pid();
    }

    @Override
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public void kill() {
        Process victim = current();
        victim.destroyForcibly();
        Eventually.check(() -> !victim.isAlive(), name + " is dead");
    }

    @Override
    public void terminate() {
        Process ending = current();
        ending.destroy();
        Eventually.check(STOP_BOUND, () -> !ending.isAlive(), name + " ends after SIGTERM");
        if (ending.exitValue() != 0) {
            throw new AssertionError(name + " ended with exit code " + ending.exitValue() + " after SIGTERM");
        }
    }

    @Override
    public void restart() {
        launch();
        awaitReady();
    }

    /** Starts it and does not wait for it. */
    synchronized void launch() {
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
        CompletableFuture<Boolean> said = new CompletableFuture<>();
        ready = said;
        Process started = process;
        Thread.ofVirtual().start(() -> read(started, said));
    }

    /** Waits until it says that it is ready. */
    void awaitReady() {
        CompletableFuture<Boolean> said = readiness();
        Eventually.check(READY_BOUND, said::isDone, name + " is ready; its log is " + log);
        if (!said.join()) {
            throw new AssertionError(name + " ended before it was ready: " + tail());
        }
    }

    private synchronized CompletableFuture<Boolean> readiness() {
        return ready;
    }

    private synchronized Process current() {
        return Objects.requireNonNull(process, "it was started");
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", new ArrayList<>(lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }

    private static void read(Process process, CompletableFuture<Boolean> said) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    said.complete(true);
                }
            }
        } catch (IOException e) {
            // The process was killed in mid-line.
            said.complete(false);
        }
        said.complete(false);
    }
}
