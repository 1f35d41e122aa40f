package io.millrace.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.config.HttpSettings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The server for operators: {@code /health/live}, {@code /health/ready} (503 with the reasons while not ready) and
 * {@code /metrics} in Prometheus' form.
 */
public final class AdminServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int FAILED = 500;
    private static final int NOT_READY = 503;

    private record Answer(int status, String type, String body) {
        static Answer json(int status, JsonObject body) {
            return new Answer(status, "application/json", body.encode());
        }
    }

    private final ListeningServer server;

    private AdminServer(ListeningServer server) {
        this.server = server;
    }

    /** Starts it and waits until it listens; not to be called on an event loop. */
    public static AdminServer start(ServiceContext context, HttpSettings settings) {
        return new AdminServer(ListeningServer.start(
                context.vertx(), settings, new HttpServerOptions(), 1, request -> handle(context, request)));
    }

    /** The actual port. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private static void handle(ServiceContext context, HttpServerRequest request) {
        Callable<Answer> answer = () -> switch (request.path()) {
            case "/health/live" -> Answer.json(OK, new JsonObject().put("status", "live"));
            case "/health/ready" -> readiness(context.health());
            case "/metrics" -> metrics(context);
            default ->
                Answer.json(
                        NOT_FOUND, new JsonObject().put("error", "there is /health/live, /health/ready and /metrics"));
        };
        // Meters and checks may take their time, so they are not asked on the event loop.
        context.vertx().executeBlocking(answer, false).onComplete(result -> {
            Answer sent = result.succeeded()
                    ? result.result()
                    : Answer.json(FAILED, new JsonObject().put("error", String.valueOf(result.cause())));
            request.response()
                    .setStatusCode(sent.status())
                    .putHeader("content-type", sent.type())
                    .end(sent.body());
        });
    }

    private static Answer readiness(Health health) {
        Map<String, Object> reasons = new LinkedHashMap<>(health.reasons());
        return reasons.isEmpty()
                ? Answer.json(OK, new JsonObject().put("status", "ready"))
                : Answer.json(
                        NOT_READY, new JsonObject().put("status", "not ready").put("reasons", new JsonObject(reasons)));
    }

    private static Answer metrics(ServiceContext context) {
        return context.meters() instanceof PrometheusMeterRegistry prometheus
                ? new Answer(OK, "text/plain; version=0.0.4; charset=utf-8", prometheus.scrape())
                : Answer.json(
                        NOT_FOUND, new JsonObject().put("error", "metrics are not collected in Prometheus' form"));
    }
}
