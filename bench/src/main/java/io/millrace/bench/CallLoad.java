package io.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Calls from {@value #CONNECTIONS} clients at a time, each of which waits for its answer before it asks again. */
final class CallLoad {
    static final int CONNECTIONS = 64;

    private final URI target;
    private final List<String> texts;

    CallLoad(URI address, List<String> texts) {
        this.target = address.resolve("/v1/embeddings");
        this.texts = texts;
    }

    /** Makes so many; calls per second. */
    double perSecond(int count) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long began = System.nanoTime();
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = IntStream.range(0, CONNECTIONS)
                    .<Future<?>>mapToObj(n -> clients.submit(() -> {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            call(http, texts.get(i % texts.size()));
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> client : done) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a call failed", e.getCause());
        }
        return count / ((System.nanoTime() - began) / 1e9);
    }

    /** The body of a call about a text that needs no escaping. */
    static String body(String text) {
        return "{\"model\":\"" + MillraceProcess.MODEL + "\",\"input\":\"" + text + "\"}";
    }

    private void call(HttpClient http, String text) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(text)))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode() + ": " + answer.body());
        }
    }
}
