package io.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * How much later a streamed token comes than from the model server itself. Each token says when it was written, and both are read
 * by the same client, some streams at a time, in turns.
 */
final class DeltaFigures {
    private static final int STREAMS = 8;
    private static final int TOKENS = 150;
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final int ROUNDS = 5;
    /** Rounds that do not count. */
    private static final int WARM_UP = 3;

    private static final double TARGET_P50_MS = 40;
    private static final double TARGET_P99_MS = 120;
    private static final String DATA = "data: {";
    private static final ObjectMapper JSON = new ObjectMapper();

    private DeltaFigures() {}

    static List<Figure> measure(Path root) throws IOException, InterruptedException, ExecutionException {
        List<Double> direct = new ArrayList<>();
        List<Double> through = new ArrayList<>();
        try (ModelServer model = ModelServer.start()) {
            model.answer(new Behaviour.Times(TOKENS, BETWEEN));
            try (MillraceProcess millrace = MillraceProcess.start(
                            root,
                            "models=[{name: scripted, backend: openai, openai: {urls: [" + model.baseUrl() + "]}}]");
                    HttpClient http = HttpClient.newHttpClient();
                    ExecutorService threads = Executors.newFixedThreadPool(STREAMS)) {
                for (int round = -WARM_UP; round < ROUNDS; round++) {
                    List<Double> ofModel = round(http, threads, model.baseUrl().resolve("/v1/chat/completions"));
                    List<Double> ofMillrace =
                            round(http, threads, millrace.address().resolve("/v1/chat/completions"));
                    if (round >= 0) {
                        direct.addAll(ofModel);
                        through.addAll(ofMillrace);
                    }
                }
            }
        }
        Quantiles own = Quantiles.of(through);
        Quantiles base = Quantiles.of(direct);
        System.out.printf(
                "  %d tokens: direct p50 %.1f, p99 %.1f ms; through p50 %.1f, p99 %.1f ms%n",
                through.size(), base.p50(), base.p99(), own.p50(), own.p99());
        return List.of(
                new Figure(
                        "added delay of a streamed token, p50",
                        own.p50() - base.p50(),
                        "ms",
                        TARGET_P50_MS,
                        Figure.Bound.AT_MOST),
                new Figure(
                        "added delay of a streamed token, p99",
                        own.p99() - base.p99(),
                        "ms",
                        TARGET_P99_MS,
                        Figure.Bound.AT_MOST));
    }

    /** The delay of every token of some streams at once, in milliseconds. */
    private static List<Double> round(HttpClient http, ExecutorService threads, URI address)
            throws InterruptedException, ExecutionException {
        List<Future<List<Double>>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(threads.submit(() -> delays(http, address)));
        }
        List<Double> delays = new ArrayList<>();
        for (Future<List<Double>> stream : streams) {
            delays.addAll(stream.get());
        }
        return delays;
    }

    private static List<Double> delays(HttpClient http, URI address) throws IOException, InterruptedException {
        HttpRequest call = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"scripted\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"))
                .build();
        List<Double> delays = new ArrayList<>();
        HttpResponse<Stream<String>> answer = http.send(call, HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            for (String line : (Iterable<String>) lines::iterator) {
                long now = System.nanoTime();
                for (String token : content(line)) {
                    delays.add((now - Long.parseLong(token)) / 1e6);
                }
            }
        }
        if (delays.size() != TOKENS) {
            throw new IOException(
                    address + " answered " + answer.statusCode() + " with " + delays.size() + " tokens of " + TOKENS);
        }
        return delays;
    }

    /** The tokens of an event, none of a line that is no event. */
    private static List<String> content(String line) throws IOException {
        if (!line.startsWith(DATA)) {
            return List.of();
        }
        JsonNode event = JSON.readTree(line.substring(DATA.length() - 1));
        String text =
                event.path("choices").path(0).path("delta").path("content").asText("");
        return text.isBlank() ? List.of() : List.of(text.strip().split(" "));
    }
}
