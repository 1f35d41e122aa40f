package io.millrace.bench.faults;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of several servers that are all the same to it: where one does not answer, it asks the next. */
final class Http implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int ERRORS = 400;
    private static final Set<Integer> COME_BACK = Set.of(423, 429, 502, 503, 504);

    private final HttpClient client;
    private final List<URI> servers;
    private final Duration silence;
    private final Watch watch;
    private final AtomicInteger next = new AtomicInteger();

    /** @param silence after how long without an answer it asks the next; longer than any answer takes while nothing is broken */
    Http(List<Integer> ports, Duration silence, Watch watch) {
        this.silence = silence;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(silence)
                .build();
        this.servers = ports.stream()
                .map(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
        this.watch = watch;
    }

    /** A request that may be sent again. */
    record Ask(String method, String path, ByteString body, List<String> headers) {
        static Ask get(String path) {
            return new Ask("GET", path, ByteString.EMPTY, List.of());
        }

        static Ask json(String path, String body) {
            return new Ask("POST", path, ByteString.copyFromUtf8(body), List.of("Content-Type", "application/json"));
        }
    }

    /**
     * Sends until one of the servers answers with something else than that it cannot now.
     *
     * @throws IOException if patience ended
     */
    HttpResponse<byte[]> send(Ask ask) throws IOException, InterruptedException {
        return send(ask, () -> {});
    }

    /** The same, and says before each attempt that it is made. */
    HttpResponse<byte[]> send(Ask ask, Runnable attempt) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                attempt.run();
                HttpResponse<byte[]> answer = once(ask);
                if (!COME_BACK.contains(answer.statusCode())) {
                    return answer;
                }
                last = "status " + answer.statusCode();
            } catch (IOException e) {
                last = e.toString();
            }
            pause();
        }
        throw new IOException(ask.method() + " " + ask.path() + " was not answered in " + PATIENCE.toSeconds()
                + " s, at last: " + last);
    }

    /** The number of the server whose turn it is; the next number is another server's. */
    int turn() {
        return next.getAndIncrement();
    }

    /** Sends once, to the server whose turn it is. */
    HttpResponse<byte[]> once(Ask ask) throws IOException, InterruptedException {
        return once(ask, silence, turn());
    }

    /** After how long without an answer it asks the next server. */
    Duration silence() {
        return silence;
    }

    /** Sends once, to the server of this number. */
    HttpResponse<byte[]> once(Ask ask, Duration bound, int turn) throws IOException, InterruptedException {
        URI server = servers.get(Math.floorMod(turn, servers.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(ask.path()))
                .timeout(bound)
                .method(ask.method(), BodyPublishers.ofByteArray(ask.body().toByteArray()));
        if (!ask.headers().isEmpty()) {
            request.headers(ask.headers().toArray(String[]::new));
        }
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        watch.refusals.answered(
                ask.method() + " " + ask.path().replaceAll("[0-9a-z]{26}", "…"),
                answer.statusCode(),
                retryAfter(answer),
                answer.statusCode() < ERRORS ? "" : new String(answer.body(), StandardCharsets.UTF_8));
        return answer;
    }

    /** The pause between two attempts. */
    static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static OptionalLong retryAfter(HttpResponse<byte[]> answer) {
        Optional<String> value = answer.headers().firstValue("Retry-After").filter(text -> text.matches("\\d{1,6}"));
        return value.isPresent() ? OptionalLong.of(Long.parseLong(value.get())) : OptionalLong.empty();
    }
}
