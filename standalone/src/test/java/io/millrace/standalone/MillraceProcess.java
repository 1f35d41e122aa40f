package io.millrace.standalone;

import io.millrace.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code millrace up}, or one service, as its users run it: a process of its own, from the packaged folder. */
final class MillraceProcess implements AutoCloseable {
    private static final String READY = "ready http://127.0.0.1:";
    private final Process process;
    private final Path errors;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private MillraceProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        Thread.ofVirtual().start(this::readOutput);
    }

    /** Starts it; the port is 0 for a free one, and settings are {@code key=value}. */
    static MillraceProcess up(Path folder, int port, String... settings) throws IOException {
        return start(
                folder,
                List.of(
                        "up",
                        "--data-dir",
                        folder.toString(),
                        "--http-port",
                        Integer.toString(port),
                        "--admin-port",
                        "0"),
                settings);
    }

    /** Starts {@code millrace edge}, or another service. */
    static MillraceProcess service(Path folder, String service, String... settings) throws IOException {
        return start(folder, List.of(service), settings);
    }

    private static MillraceProcess start(Path folder, List<String> arguments, String... settings) throws IOException {
        Path errors = Files.createDirectories(folder).resolve("stderr.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Path.of("target/millrace/lib").toAbsolutePath() + "/*",
                Main.class.getName()));
        command.addAll(arguments);
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        return new MillraceProcess(process, errors);
    }

    /** Its public port, once everything is ready. */
    int awaitReady() throws IOException {
        return Eventually.value(
                Duration.ofSeconds(90),
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended with exit code " + process.exitValue());
                    }
                    return Optional.ofNullable(port.getNow(null));
                },
                "millrace is ready; it said:\n" + Files.readString(errors));
    }

    /** {@code kill -9} of everything at once: the process and its broker. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        Eventually.check(
                () -> !process.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive), "the broker is gone");
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not stop");
        }
        Eventually.check(() -> children.stream().noneMatch(ProcessHandle::isAlive), "the broker is gone");
        return process.exitValue();
    }

    /** What it wrote to stderr. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    port.complete(Integer.parseInt(line.substring(READY.length())));
                }
            }
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }
}
