package io.millrace.bench;

import io.millrace.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A service as a process of its own, with the options of the launcher. */
public final class ServiceProcess {
    /** From this JDK on the launcher makes objects smaller. */
    private static final int COMPACT_SINCE = 25;

    private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private final Process process;
    private final int admin;

    private ServiceProcess(Process process, int admin) {
        this.process = process;
        this.admin = admin;
    }

    /**
     * Starts it, and does not wait.
     *
     * @param main the service's own program
     * @param log where its output goes
     * @param options of its JVM
     * @param settings each {@code key=value}
     */
    public static ServiceProcess start(Class<?> main, Path log, List<String> options, List<String> settings)
            throws IOException {
        int admin = FreePorts.one();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= COMPACT_SINCE) {
            command.add("-XX:+UseCompactObjectHeaders");
        }
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of("--set", "admin.port=" + admin));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, admin);
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws IOException if it ends before, or takes longer than a minute
     */
    public void awaitReady() throws IOException, InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/health/ready"))
                .build();
        long until = System.nanoTime() + PATIENCE_NANOS;
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (process.isAlive() && System.nanoTime() < until) {
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // It does not listen yet.
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        throw new IOException("the service did not become ready");
    }

    /** Processor time so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /**
     * Bytes of its heap that are reachable now. Collects all of it first, which costs it some tens of milliseconds.
     *
     * @throws IOException if it does not say
     */
    public long liveBytes() throws IOException, InterruptedException {
        Process asking = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader answer = asking.inputReader()) {
            Matcher total = TOTAL.matcher(answer.lines().collect(Collectors.joining("\n")));
            asking.waitFor();
            if (!total.find()) {
                throw new IOException("the JVM " + process.pid() + " does not say what is in its heap");
            }
            return Long.parseLong(total.group(1));
        }
    }

    /** Resident memory in bytes. */
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                << 10;
    }

    /** {@code SIGKILL}. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
