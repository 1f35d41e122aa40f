package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class BatchFilesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static AllServices services;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        services = AllServices.start(cluster, folder);
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void shouldListABatchAndGiveOutWhatItLeavesBehind() throws Exception {
        // given
        List<String> names = JobLines.names(30);
        Path input = JobLines.write(folder.resolve("files.jsonl"), names);
        String id;
        try (MillraceClient client = AllServices.client(services.port())) {
            Job job = services.submit(client, input);
            id = job.id();
            client.results().follow(id, null, (position, event) -> {});
            assertThat(client.jobs(LinkListener.NONE).get(id).status()).isEqualTo("completed");
        }

        // when
        JsonNode listed = JSON.readTree(get("/v1/batches?limit=1").body());
        JsonNode batch = listed.path("data").path(0);
        String output = batch.path("output_file_id").asText();
        JsonNode file = JSON.readTree(get("/v1/files/" + output).body());
        String content = get("/v1/files/" + output + "/content").body();
        HttpResponse<String> rest = get("/v1/files/" + output + "/content", "Range", "bytes=1000-");

        // then
        assertThat(batch.path("id").asText()).isEqualTo(id);
        assertThat(batch.path("usage").path("total_tokens").asLong()).isPositive();
        assertThat(batch.path("error_file_id").isNull()).isTrue();
        assertThat(file.path("bytes").asInt()).isEqualTo(content.length());
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(content.substring(1000));
        List<String> answered = new ArrayList<>();
        for (String line : content.split("\n")) {
            JsonNode result = JSON.readTree(line);
            assertThat(result.path("response").path("body").path("data").path(0).path("embedding"))
                    .hasSize(384);
            answered.add(result.path("custom_id").asText());
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(names);
        String request = JSON.readTree(content.split("\n")[0]).path("id").asText();
        assertThat(JSON.readTree(get("/v1/requests/" + request).body())
                        .path("object")
                        .asText())
                .isEqualTo("list");
        String beyond = request.substring(0, request.lastIndexOf('_')) + "_99";
        assertThat(get("/v1/requests/" + beyond).statusCode()).isEqualTo(404);
        assertThat(get("/v1/files/" + output.replace("output", "errors")).statusCode())
                .isEqualTo(404);
        assertThat(get("/v1/batches/" + id + "/events").body().split("event: result\n"))
                .hasSize(31);
    }

    @Test
    void shouldCollectTheResultsOfASessionInOneStream() throws Exception {
        // when
        String first = embed("first");
        String second = embed("second");

        // then
        assertThat(second).isEqualTo(first).startsWith("sess_");
    }

    private static String embed(String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/embeddings"))
                .header("Millrace-Session", "my talk")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"" + JobLines.MODEL + "\",\"input\":\"" + text + "\"}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.headers().firstValue("Millrace-Stream").orElseThrow();
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + services.port() + path);
    }
}
