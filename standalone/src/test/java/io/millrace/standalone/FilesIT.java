package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of uploads, with all services real: checked, composed, given out, listed, deleted. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesIT {
    private static final String OFFSET_STREAM = "application/offset+octet-stream";
    private static final byte[] CONTENT = new byte[2_500_000];

    private final HttpClient client = HttpClient.newHttpClient();
    private AllServices services;

    @BeforeAll
    void start(KafkaCluster cluster, @TempDir Path folder) throws InterruptedException {
        new Random(7).nextBytes(CONTENT);
        services = AllServices.start(cluster, folder);
    }

    @AfterAll
    void stop() {
        services.close();
    }

    @Test
    void shouldComposeWhatCameInPartsWithChecksums() throws Exception {
        // given
        byte[] first = Arrays.copyOf(CONTENT, 1_300_000);
        byte[] second = Arrays.copyOfRange(CONTENT, 1_300_000, CONTENT.length);
        String one = tus("POST", "/uploads", new byte[0], "Upload-Concat", "partial", "Upload-Length", "1300000")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String two = tus("POST", "/uploads", new byte[0], "Upload-Concat", "partial", "Upload-Length", "1200000")
                .headers()
                .firstValue("Location")
                .orElseThrow();

        // when: one part is wrong at first, and the other comes after the composition
        int wrong = patch(one, first, "sha256 " + base64("SHA-256", second)).statusCode();
        int right = patch(one, first, "sha256 " + base64("SHA-256", first)).statusCode();
        HttpResponse<byte[]> composed =
                tus("POST", "/uploads", new byte[0], "Upload-Concat", "final;" + one + " " + two);
        String path = composed.headers().firstValue("Location").orElseThrow();
        patch(two, second, "sha1 " + base64("SHA-1", second));
        HttpResponse<byte[]> again = tus("POST", "/uploads", new byte[0], "Upload-Concat", "final;" + one + " " + two);

        // then
        assertThat(wrong).isEqualTo(460);
        assertThat(right).isEqualTo(204);
        assertThat(again.headers().firstValue("Location")).contains(path);
        assertThat(get(path).body()).isEqualTo(CONTENT);
        HttpResponse<byte[]> part = send("GET", path, BodyPublishers.noBody(), "Range", "bytes=1299990-1300009");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 1_299_990, 1_300_010));
        assertThat(tus("DELETE", one, new byte[0]).statusCode()).isEqualTo(409);
        assertThat(get(path).body()).isEqualTo(CONTENT);
    }

    @Test
    void shouldVerifyTheDigestOfTheWhole() throws Exception {
        // when
        String digest = "sha-256=:" + base64("SHA-256", CONTENT) + ":";
        HttpResponse<byte[]> right = send(
                "POST",
                "/uploads",
                BodyPublishers.ofByteArray(CONTENT),
                "Upload-Complete",
                "?1",
                "Repr-Digest",
                digest);
        HttpResponse<byte[]> wrong = send(
                "POST",
                "/uploads",
                BodyPublishers.ofByteArray(new byte[9]),
                "Upload-Complete",
                "?1",
                "Repr-Digest",
                digest);

        // then
        assertThat(right.statusCode()).isEqualTo(201);
        assertThat(right.headers().firstValue("Upload-Complete")).contains("?1");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(text(wrong)).contains("digest-mismatching-values");
    }

    @Test
    void shouldKeepFilesAsOpenAiDoes() throws Exception {
        // given
        JsonNode upload = json(send(
                "POST",
                "/v1/uploads",
                BodyPublishers.ofString(
                        "{\"purpose\":\"user_data\",\"filename\":\"a.bin\",\"mime_type\":\"text/plain\",\"bytes\":2500000}"),
                "Content-Type",
                "application/json"));
        String path = "/v1/uploads/" + upload.path("id").asText();
        String second = part(path, Arrays.copyOfRange(CONTENT, 1_000_000, CONTENT.length));
        String first = part(path, Arrays.copyOf(CONTENT, 1_000_000));

        // when
        JsonNode done = json(send(
                "POST",
                path + "/complete",
                BodyPublishers.ofString("{\"part_ids\":[\"" + first + "\",\"" + second + "\"],\"md5\":\""
                        + HexFormat.of().formatHex(digest("MD5", CONTENT)) + "\"}"),
                "Content-Type",
                "application/json"));

        // then
        String id = done.path("file").path("id").asText();
        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(get("/v1/files/" + id + "/content").body()).isEqualTo(CONTENT);
        assertThat(json(get("/v1/files?purpose=user_data")).findValuesAsText("id"))
                .containsExactly(id);
        assertThat(json(send("DELETE", "/v1/files/" + id, BodyPublishers.noBody()))
                        .path("deleted")
                        .asBoolean())
                .isTrue();
        assertThat(json(get("/v1/files?purpose=user_data")).path("data")).isEmpty();
    }

    private String part(String path, byte[] content) throws Exception {
        byte[] head = "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        BodyPublisher form = BodyPublishers.ofByteArrays(
                List.of(head, content, "\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII)));
        return json(send("POST", path + "/parts", form, "Content-Type", "multipart/form-data; boundary=x"))
                .path("id")
                .asText();
    }

    private HttpResponse<byte[]> patch(String path, byte[] body, String checksum) throws Exception {
        return tus(
                "PATCH", path, body, "Content-Type", OFFSET_STREAM, "Upload-Offset", "0", "Upload-Checksum", checksum);
    }

    private HttpResponse<byte[]> tus(String method, String path, byte[] body, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Tus-Resumable";
        all[headers.length + 1] = "1.0.0";
        return send(method, path, BodyPublishers.ofByteArray(body), all);
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return send("GET", path, BodyPublishers.noBody(), "Accept", "*/*");
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + services.port() + path))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String base64(String algorithm, byte[] bytes) throws NoSuchAlgorithmException {
        return Base64.getEncoder().encodeToString(digest(algorithm, bytes));
    }

    private static byte[] digest(String algorithm, byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance(algorithm).digest(bytes);
    }
}
