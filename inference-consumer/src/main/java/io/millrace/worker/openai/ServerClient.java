package io.millrace.worker.openai;

import io.millrace.runtime.config.OpenAiSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** HTTP to the servers of one model, over connections that are kept. Thread-safe. */
final class ServerClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int UNAUTHORISED = 401;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERRORS = 500;

    private final OpenAiSettings settings;
    private final String apiKey;
    private final long maxBytes;
    private final HttpClient client;

    /**
     * A client without connections.
     *
     * @param apiKey empty for none
     * @param maxBytes the longest answer
     */
    ServerClient(OpenAiSettings settings, String apiKey, long maxBytes) {
        this.settings = settings;
        this.apiKey = apiKey;
        this.maxBytes = maxBytes;
        this.client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    }

    /** One try at the server with this base URL. */
    Exchange exchange(URI server, ServerRequest request, Consumer<String> text) {
        HttpRequest http = to(server, request.path())
                .header("Content-Type", "application/json")
                .header("Accept", request.streamed() ? "text/event-stream" : "application/json")
                .POST(BodyPublishers.ofString(request.body()))
                .build();
        return new Exchange(client, http, request.streamed(), settings.timeouts(), maxBytes, text);
    }

    /** Whether the server answers, and takes the key. Blocks for some seconds. */
    boolean answers(URI server) throws InterruptedException {
        HttpRequest probe = to(server, "/models").timeout(PROBE).GET().build();
        try {
            int status = client.send(probe, BodyHandlers.discarding()).statusCode();
            return status < SERVER_ERRORS && status != UNAUTHORISED && status != FORBIDDEN;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpRequest.Builder to(URI server, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).version(version(server));
        if (!apiKey.isEmpty()) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        return request;
    }

    /** Over TLS the two agree; without, an offer of HTTP/2 makes some servers lose the body. */
    private static HttpClient.Version version(URI server) {
        return "https".equals(server.getScheme().toLowerCase(Locale.ROOT))
                ? HttpClient.Version.HTTP_2
                : HttpClient.Version.HTTP_1_1;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
