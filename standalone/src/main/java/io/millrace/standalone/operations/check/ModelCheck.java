package io.millrace.standalone.operations.check;

import io.millrace.runtime.config.ModelSettings;
import io.millrace.standalone.operations.core.Finding;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the models answer: one small call to each, through the edge, its lane and a worker. Blocks. */
public final class ModelCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REMEDY =
            "is a worker running that serves it, and ready? /health/ready on its admin port says what it waits for";

    private ModelCheck() {}

    /** Asks each of these models. */
    public static List<Finding> run(String url, List<ModelSettings> models) throws InterruptedException {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        List<Finding> findings = new ArrayList<>();
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            for (ModelSettings model : models) {
                findings.add(ask(http, base, model));
            }
        }
        return List.copyOf(findings);
    }

    private static Finding ask(HttpClient http, String base, ModelSettings model) throws InterruptedException {
        String subject = "model " + model.name();
        String endpoint = model.endpoints().getFirst();
        HttpRequest call = HttpRequest.newBuilder(URI.create(base + endpoint))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body(endpoint, model.name())))
                .build();
        long begin = System.nanoTime();
        try {
            HttpResponse<String> answer = http.send(call, BodyHandlers.ofString());
            double ms = (System.nanoTime() - begin) / 1e6;
            return answer.statusCode() == 200
                    ? Finding.ok(subject, String.format(Locale.ROOT, "answers a call after %.0f ms", ms))
                    : Finding.error(subject, "a call is answered with " + answer.statusCode(), REMEDY);
        } catch (IOException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse("no answer");
            return Finding.error(subject, "a call fails: " + why, REMEDY);
        }
    }

    private static String body(String endpoint, String model) {
        String input = switch (endpoint) {
            case "/v1/chat/completions" -> "\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}],\"max_tokens\":1";
            case "/v1/completions" -> "\"prompt\":\"ping\",\"max_tokens\":1";
            default -> "\"input\":\"ping\"";
        };
        return "{\"model\":\"" + model + "\"," + input + "}";
    }
}
