package io.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./millrace edge} as a process of its own, with a small heap. */
final class EdgeProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 30;
    private static final long POLL_MS = 200;

    private final Process process;
    private final int port;

    private EdgeProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it says that it is ready. */
    static EdgeProcess start(Path root, int heapMiB, List<String> settings) throws IOException, InterruptedException {
        int port = MillraceProcess.freePort();
        int admin = MillraceProcess.freePort();
        List<String> command = new ArrayList<>(List.of(root.resolve("millrace").toString(), "edge"));
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of("http.port=" + port, "admin.port=" + admin));
        all.forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("MILLRACE_JAVA_OPTS", "-Xmx" + heapMiB + "m -XX:+ExitOnOutOfMemoryError");
        EdgeProcess edge = new EdgeProcess(builder.start(), port);
        try {
            edge.awaitReady(URI.create("http://127.0.0.1:" + admin + "/health/ready"));
        } catch (IOException | InterruptedException e) {
            edge.close();
            throw e;
        }
        return edge;
    }

    private void awaitReady(URI health) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!ready(http, health)) {
                if (System.nanoTime() > deadline || process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the edge did not become ready");
                }
            }
        }
    }

    private static boolean ready(HttpClient http, URI health) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where it listens. */
    int port() {
        return port;
    }

    /** Bytes of its heap that are in use, after a whole collection. */
    long liveBytes() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = asked.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total"))
                    .map(line -> line.trim().split(" +")[2])
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the edge is gone"));
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
