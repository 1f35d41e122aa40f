package io.millrace.edge;

import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real edge on a real cluster, its neighbours stood in for, and a client for it. */
final class TestEdge implements AutoCloseable {
    static final String MODEL = "all-minilm-l6-v2";
    static final int MAX_UPLOAD = 8 << 20;

    private final Closer closer = new Closer();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final StandInServices services;
    private final int port;

    TestEdge(KafkaCluster kafka, String... overrides) {
        Map<String, String> chunkTopic = Map.of("max.message.bytes", Integer.toString(2 << 20));
        kafka.createTopic(Topics.CHUNKS, 3, chunkTopic);
        kafka.createTopic(Topics.RESULTS_JOBS, 2);
        kafka.createTopic(Topics.RESULTS_CALLS, 2);
        kafka.createTopic(Topics.requests(MODEL, Lane.ONLINE), 2);
        List<String> settings = new ArrayList<>(List.of(overrides));
        ServiceContext context = closer.add("context", ServiceContext.create());
        services = closer.add("services", new StandInServices(kafka, context));
        settings.addAll(List.of(
                "edge.max_upload_size=" + MAX_UPLOAD,
                "edge.max_body_size=64KiB",
                "edge.assembler_addresses=[" + services.address() + "]",
                "edge.publisher_addresses=[" + services.address() + "]"));
        EdgeMain.EdgeConfig config =
                ConfigLoader.load(EdgeMain.EdgeConfig.class, new ConfigSources(null, Map.of(), settings));
        EdgeService edge = closer.add(
                "edge",
                EdgeService.start(config.edge(), KafkaSettings.at(kafka.bootstrapServers()), config.models(), context));
        Router router = Router.router(context.vertx());
        edge.mount(router);
        port = closer.add("server", PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router))
                .port();
        Eventually.check(context.health()::ready, "the edge to be ready");
    }

    StandInServices services() {
        return services;
    }

    int port() {
        return port;
    }

    /** Sends a request; headers come as name, value, name, value. */
    HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
        return send(method, path, body, BodyHandlers.ofString(), headers);
    }

    /** Asks for content. */
    HttpResponse<byte[]> download(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofByteArray(), headers);
    }

    private <T> HttpResponse<T> send(
            String method, String path, BodyPublisher body, HttpResponse.BodyHandler<T> as, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), as);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    HttpResponse<String> json(String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return send(method, path, BodyPublishers.ofString(body.replace('\'', '"')), all.toArray(String[]::new));
    }

    HttpResponse<String> tus(String method, String path, byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Tus-Resumable", "1.0.0"));
        BodyPublisher publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        return send(method, path, publisher, all.toArray(String[]::new));
    }

    /** Appends bytes. */
    HttpResponse<String> patch(String path, long offset, byte[] body) {
        return tus(
                "PATCH",
                path,
                body,
                "Content-Type",
                "application/offset+octet-stream",
                "Upload-Offset",
                Long.toString(offset));
    }

    /** Creates an upload of this length and returns its path. */
    String create(long length, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Upload-Length", Long.toString(length)));
        return tus("POST", "/uploads", new byte[0], all.toArray(String[]::new))
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    static String idOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() {
        closer.close();
    }
}
