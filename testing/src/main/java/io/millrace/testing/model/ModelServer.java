package io.millrace.testing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A model server on 127.0.0.1 that speaks OpenAI's protocol: {@code /v1/models}, {@code /v1/embeddings},
 * {@code /v1/chat/completions} and {@code /v1/completions}, streamed or whole. It repeats what it was told, and behaves as
 * its script says. Methods may be called from any thread.
 */
public final class ModelServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int REMEMBERED = 10_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<Behaviour> next = new ConcurrentLinkedQueue<>();
    private final Deque<Seen> seen = new ArrayDeque<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger deserted = new AtomicInteger();
    private volatile Function<JsonNode, Behaviour> script = request -> Behaviour.PROMPT;

    private ModelServer(HttpServer server) {
        this.server = server;
    }

    /**
     * A request that came.
     *
     * @param authorization the header's value, empty without one
     */
    public record Seen(String path, String authorization, JsonNode body) {}

    /** Starts one on a free port. */
    public static ModelServer start() {
        return start(0);
    }

    /** Starts one on this port. */
    public static ModelServer start(int port) {
        try {
            ModelServer models = new ModelServer(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
            models.server.setExecutor(models.threads);
            models.server.createContext("/v1/models", models::list);
            models.server.createContext("/v1/", models::serve);
            models.server.start();
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException("no model server", e);
        }
    }

    /** Where the protocol's paths begin: {@code http://127.0.0.1:port/v1}. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    /** Its port. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** From now on requests that no {@link #answerNext} is for are answered so. */
    public void answer(Behaviour behaviour) {
        script = request -> behaviour;
    }

    /** From now on this decides, by the request's body. */
    public void answerBy(Function<JsonNode, Behaviour> decision) {
        script = decision;
    }

    /** The next requests are answered so, in this order. */
    public void answerNext(Behaviour... behaviours) {
        next.addAll(List.of(behaviours));
    }

    /** What came last, in the order of arrival; at most {@value #REMEMBERED}, so that a long run needs no more memory. */
    public List<Seen> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    /** How many requests are under way. */
    public int running() {
        return running.get();
    }

    /** How many requests were under way at once, at most. */
    public int mostRunning() {
        return most.get();
    }

    /** How many answers were not wanted any more when they were written. */
    public int deserted() {
        return deserted.get();
    }

    private void list(HttpExchange exchange) throws IOException {
        ObjectNode answer = Answers.JSON.createObjectNode().put("object", "list");
        answer.putArray("data").addObject().put("id", "scripted").put("object", "model");
        send(exchange, OK, answer.toString());
    }

    private void serve(HttpExchange exchange) throws IOException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try (exchange) {
            JsonNode request = Answers.JSON.readTree(exchange.getRequestBody().readAllBytes());
            String path = exchange.getRequestURI().getPath();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            remember(new Seen(path, authorization == null ? "" : authorization, request));
            if (!path.matches("/v1/(embeddings|chat/completions|completions)")) {
                send(exchange, NOT_FOUND, error("not_found", "there is no " + path));
                return;
            }
            Behaviour queued = next.poll();
            behave(exchange, new Reply(path, request), queued == null ? script.apply(request) : queued);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            deserted.incrementAndGet();
            throw e;
        } finally {
            running.decrementAndGet();
        }
    }

    private void remember(Seen request) {
        synchronized (seen) {
            if (seen.size() == REMEMBERED) {
                seen.removeFirst();
            }
            seen.addLast(request);
        }
    }

    private void behave(HttpExchange exchange, Reply reply, Behaviour behaviour)
            throws IOException, InterruptedException {
        EventWriter events = new EventWriter(exchange, reply, closed);
        switch (behaviour) {
            case Behaviour.Answer answer -> {
                if (reply.streamed()) {
                    events.write(answer.first(), answer.between(), Integer.MAX_VALUE);
                    events.end();
                } else {
                    events.pause(answer.first());
                    send(exchange, OK, reply.whole());
                }
            }
            case Behaviour.Times times -> {
                events.writeTimes(times.tokens(), times.between());
                events.end();
            }
            case Behaviour.Refuse refuse -> {
                if (!refuse.retryAfter().isEmpty()) {
                    exchange.getResponseHeaders().set("Retry-After", refuse.retryAfter());
                }
                send(exchange, refuse.status(), error(refuse.code(), refuse.message()));
            }
            case Behaviour.Reset reset -> {
                events.announceMore();
                events.write(reset.tokens());
            }
            case Behaviour.Malformed malformed -> {
                if (reply.streamed()) {
                    events.write(malformed.tokens());
                    events.raw("{\"choices\": [");
                } else {
                    send(exchange, OK, "{\"choices\": [");
                }
            }
            case Behaviour.Silence silence -> {
                events.write(silence.tokens());
                closed.await();
            }
        }
    }

    private static String error(String code, String message) {
        ObjectNode body = Answers.JSON.createObjectNode();
        body.putObject("error").put("message", message).put("type", "scripted").put("code", code);
        return body.toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }

    /** Ends at once; what is under way breaks off. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
