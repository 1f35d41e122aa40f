package io.millrace.standalone.operations.check;

import io.millrace.standalone.operations.core.Finding;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the edge answers, how fast, and whether its clock goes as ours does. Blocks. */
public final class EdgeCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int QUESTIONS = 7;
    private static final int PROBE_BYTES = 2 << 20;
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);

    private final String url;
    private final HttpClient http;
    private final List<Finding> findings = new ArrayList<>();

    private EdgeCheck(String url, HttpClient http) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.http = http;
    }

    /**
     * Looks at the edge.
     *
     * @param bandwidth also upload 2 MiB of nothing, and delete them
     */
    public static List<Finding> run(String url, boolean bandwidth) throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            EdgeCheck check = new EdgeCheck(url, http);
            try {
                check.latency();
                if (bandwidth) {
                    check.bandwidth();
                }
            } catch (IOException e) {
                check.findings.add(Finding.error(
                        "edge",
                        url + " does not answer: "
                                + Optional.ofNullable(e.getMessage()).orElse("no connection"),
                        "is 'millrace up' or 'millrace edge' running there? --url says where to look"));
            }
            return List.copyOf(check.findings);
        }
    }

    private void latency() throws IOException, InterruptedException {
        long[] nanos = new long[QUESTIONS];
        HttpRequest question = HttpRequest.newBuilder(URI.create(url + "/v1/models"))
                .timeout(PATIENCE)
                .build();
        for (int i = 0; i < QUESTIONS; i++) {
            long begin = System.nanoTime();
            HttpResponse<String> answer = http.send(question, BodyHandlers.ofString());
            nanos[i] = System.nanoTime() - begin;
            if (answer.statusCode() != 200) {
                findings.add(Finding.error(
                        "edge", url + "/v1/models answers " + answer.statusCode(), "look at the edge's log"));
                return;
            }
            if (i == 0) {
                answer.headers().firstValue("Date").ifPresent(this::clock);
            }
        }
        // The first one made the connection.
        long[] warm = Arrays.copyOfRange(nanos, 1, QUESTIONS);
        Arrays.sort(warm);
        findings.add(Finding.ok(
                "edge",
                String.format(
                        Locale.ROOT,
                        "%s answers after %.1f ms (median of %d)",
                        url,
                        warm[warm.length / 2] / 1e6,
                        warm.length)));
    }

    private void clock(String date) {
        try {
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration skew = Duration.between(theirs, Instant.now()).abs();
            findings.add(
                    skew.compareTo(MOST_SKEW) <= 0
                            ? Finding.ok(
                                    "clock",
                                    "the edge's clock and this one's agree within " + MOST_SKEW.toSeconds() + " s")
                            : Finding.warning(
                                    "clock",
                                    "the edge's clock and this one's are " + skew.toSeconds() + " s apart",
                                    "run an NTP client on both: deadlines and expiry follow the clocks"));
        } catch (DateTimeParseException e) {
            findings.add(Finding.warning("clock", "the edge's Date header cannot be read", "look at the proxy"));
        }
    }

    private void bandwidth() throws IOException, InterruptedException {
        HttpRequest upload = HttpRequest.newBuilder(URI.create(url + "/uploads"))
                .timeout(PATIENCE.multipliedBy(6))
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Integer.toString(PROBE_BYTES))
                .header("Content-Type", "application/offset+octet-stream")
                .POST(BodyPublishers.ofByteArray(new byte[PROBE_BYTES]))
                .build();
        long begin = System.nanoTime();
        HttpResponse<String> created = http.send(upload, BodyHandlers.ofString());
        double seconds = (System.nanoTime() - begin) / 1e9;
        Optional<String> location = created.headers().firstValue("Location");
        if (created.statusCode() != 201 || location.isEmpty()) {
            findings.add(Finding.error(
                    "bandwidth",
                    "an upload of 2 MiB is answered with " + created.statusCode(),
                    "look at the edge's log"));
            return;
        }
        HttpRequest deletion = HttpRequest.newBuilder(
                        URI.create(url + "/uploads").resolve(location.get()))
                .timeout(PATIENCE)
                .header("Tus-Resumable", "1.0.0")
                .DELETE()
                .build();
        http.send(deletion, BodyHandlers.discarding());
        findings.add(Finding.ok(
                "bandwidth",
                String.format(
                        Locale.ROOT,
                        "2 MiB were acknowledged by the brokers after %.2f s: %.1f MiB/s",
                        seconds,
                        PROBE_BYTES / seconds / (1 << 20))));
    }
}
