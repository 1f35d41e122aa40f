package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real Prometheus with the rules of {@code deploy/prometheus}. */
final class PrometheusProcess implements AutoCloseable {
    /** Where the rules lie. */
    static final Path DEPLOYED = Path.of("../deploy/prometheus");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** A program of Prometheus; where it is not installed, a test is skipped, but never in CI. */
    static String program(String name) {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (System.getenv("CI") == null) {
            assumeTrue(found.isPresent(), () -> name + " is not installed; it is in Debian's package prometheus");
        }
        return found.orElseThrow(() -> new IllegalStateException(name + " is not on the PATH"))
                .toString();
    }

    /** Starts one that scrapes this admin port every second, as the edge. */
    static PrometheusProcess scraping(int adminPort, Path folder) throws IOException {
        String program = program("prometheus");
        for (String rules : List.of("recording.yml", "alerts.yml")) {
            Files.copy(DEPLOYED.resolve(rules), folder.resolve(rules));
        }
        String config = Files.readString(DEPLOYED.resolve("prometheus.yml"))
                .replace("_interval: 15s", "_interval: 1s")
                .replace("edge:8081", "127.0.0.1:" + adminPort);
        String listen = "127.0.0.1:" + FreePorts.one();
        Process process = new ProcessBuilder(
                        program,
                        "--config.file=" + Files.writeString(folder.resolve("prometheus.yml"), config),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + listen)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusProcess(process, "http://" + listen);
    }

    /** The result of an expression; it fails unless Prometheus understands it. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.path("status").asText())
                .as(expression + ": " + answer)
                .isEqualTo("success");
        return answer.path("data").path("result");
    }

    /** All rules, with how they are. */
    JsonNode rules() throws IOException, InterruptedException {
        return get("/api/v1/rules").path("data").path("groups");
    }

    /** Whether it has scraped the edge. */
    boolean hasScraped() throws InterruptedException {
        try {
            return query("up{job=\"millrace-edge\"} == 1").size() == 1;
        } catch (IOException notYet) {
            return false;
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
        return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
