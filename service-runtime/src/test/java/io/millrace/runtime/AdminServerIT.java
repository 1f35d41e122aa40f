package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdminServerIT {
    private final ServiceContext context = ServiceContext.create();
    private final AdminServer server = AdminServer.start(context, new HttpSettings("127.0.0.1", 0));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        server.close();
        context.close();
    }

    @Test
    void shouldTellWhetherItIsReadyAndWhyNot() throws Exception {
        // given
        Health.Check streams = context.health().register("streams");

        // when
        HttpResponse<String> before = get("/health/ready");
        streams.ready();
        HttpResponse<String> after = get("/health/ready");

        // then
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.body()).isEqualTo("{\"status\":\"not ready\",\"reasons\":{\"streams\":\"starting\"}}");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldShowMeters() throws Exception {
        // given
        context.meters().counter("millrace.sample").increment(3);

        // when
        HttpResponse<String> metrics = get("/metrics");

        // then
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(metrics.body()).contains("millrace_sample_total 3.0", "jvm_memory_used_bytes");
    }

    @Test
    void shouldNotFindAnythingElse() throws Exception {
        assertThat(get("/other").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
