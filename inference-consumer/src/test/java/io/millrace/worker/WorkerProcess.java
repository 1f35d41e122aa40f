package io.millrace.worker;

import io.millrace.testing.Eventually;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A worker in a process of its own, so that it can be killed and frozen. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private WorkerProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::readOutput);
    }

    /** Starts one with these settings, each {@code key=value}. */
    static WorkerProcess start(List<String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName()));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        return new WorkerProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File("target/worker-processes.log")))
                .start());
    }

    /** Waits until it serves its models. */
    WorkerProcess awaitReady() {
        Eventually.check(ready::isDone, "the worker is ready");
        return this;
    }

    /** {@code SIGKILL}. */
    void kill() {
        process.destroyForcibly();
        Eventually.check(() -> !process.isAlive(), "the worker is dead");
    }

    /** {@code SIGTERM}. */
    void stop() {
        process.destroy();
        Eventually.check(() -> !process.isAlive(), "the worker has stopped");
    }

    /** {@code SIGSTOP}: it stands still and does not know it. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** {@code SIGCONT}. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
