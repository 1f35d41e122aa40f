package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TusIT {
    private static final byte[] NOTHING = new byte[0];
    private static final String OFFSET_STREAM = "application/offset+octet-stream";

    private ChunkLog chunks;
    private TestEdge edge;

    @BeforeAll
    void start(KafkaCluster kafka) {
        chunks = new ChunkLog(kafka);
        edge = new TestEdge(kafka);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    void shouldWriteABodyInPiecesAndTellTheOffset() {
        // given
        byte[] content = bytes(2_500_000);
        String path = edge.create(content.length, "Upload-Metadata", "filename YS50eHQ=,purpose YmF0Y2g=");

        // when
        HttpResponse<String> first = edge.patch(path, 0, Arrays.copyOf(content, 1_500_000));
        HttpResponse<String> middle = edge.tus("HEAD", path, NOTHING);
        HttpResponse<String> last = edge.patch(path, 1_500_000, Arrays.copyOfRange(content, 1_500_000, content.length));
        HttpResponse<String> whole = edge.tus("HEAD", path, NOTHING);

        // then
        assertThat(first.statusCode()).isEqualTo(204);
        assertThat(header(first, "Upload-Offset")).isEqualTo("1500000");
        assertThat(middle.statusCode()).isEqualTo(200);
        assertThat(header(middle, "Upload-Offset")).isEqualTo("1500000");
        assertThat(header(middle, "Upload-Length")).isEqualTo("2500000");
        assertThat(header(middle, "Upload-Metadata")).isEqualTo("filename YS50eHQ=,purpose YmF0Y2g=");
        assertThat(header(middle, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(last, "Upload-Offset")).isEqualTo("2500000");
        assertThat(header(whole, "Upload-Offset")).isEqualTo("2500000");
        String id = TestEdge.idOf(path);
        assertThat(chunks.content(id)).isEqualTo(content);
        assertThat(chunks.pieceSizes(id)).containsExactly(1 << 20, 1_500_000 - (1 << 20), 1_000_000);
    }

    @Test
    void shouldTakeTheFirstBytesWithTheCreation() {
        // when
        HttpResponse<String> created =
                edge.tus("POST", "/uploads", bytes(1000), "Upload-Length", "1000", "Content-Type", OFFSET_STREAM);

        // then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(header(created, "Upload-Offset")).isEqualTo("1000");
        assertThat(chunks.content(TestEdge.idOf(header(created, "Location")))).isEqualTo(bytes(1000));
    }

    @Test
    void shouldKeepWhatArrivedWhenAnAppendBreaksOff() throws IOException {
        // given
        byte[] content = bytes(300_000);
        String path = edge.create(content.length);

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.getOutputStream().write(patchHead(path, content.length));
            socket.getOutputStream().write(content, 0, 200_000);
        }

        // then
        Eventually.check(
                () -> header(edge.tus("HEAD", path, NOTHING), "Upload-Offset").equals("200000"), "the bytes to count");
        assertThat(edge.patch(path, 200_000, Arrays.copyOfRange(content, 200_000, 300_000))
                        .statusCode())
                .isEqualTo(204);
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
    }

    @Test
    void shouldNotLetSlowBytesWaitForAFullPiece() throws IOException {
        // given
        String path = edge.create(1000);

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.getOutputStream().write(patchHead(path, 1000));
            socket.getOutputStream().write(bytes(10));

            // then
            Eventually.check(() -> chunks.content(TestEdge.idOf(path)).length == 10, "slow bytes to be written");
        }
    }

    @Test
    void shouldGoOnWithoutTheStalledPredecessor() throws IOException {
        // given
        byte[] content = bytes(2000);
        String path = edge.create(content.length);
        try (Socket stalled = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            stalled.getOutputStream().write(patchHead(path, 1000));
            stalled.getOutputStream().write(content, 0, 500);
            stalled.getOutputStream().flush();

            // when
            HttpResponse<String> appended = edge.patch(path, 0, content);

            // then
            assertThat(header(appended, "Upload-Offset")).isEqualTo("2000");
            assertThat(header(edge.tus("HEAD", path, NOTHING), "Upload-Offset")).isEqualTo("2000");
        }
    }

    @Test
    void shouldRefuseALargeBodyAtTheWrongOffsetSoThatTheClientReadsIt() throws IOException {
        // given
        String path = edge.create(TestEdge.MAX_UPLOAD);
        edge.patch(path, 0, bytes(10));

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(patchHead(path, 4 << 20));
            out.write(new byte[4 << 20]);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            // then
            assertThat(answer.readLine()).contains("409");
        }
        assertThat(chunks.content(TestEdge.idOf(path))).hasSize(10);
    }

    @Test
    void shouldNeverTakeMoreThanWasDeclared() {
        // given
        String path = edge.create(100);

        // when
        int known = edge.patch(path, 0, bytes(101)).statusCode();
        int chunked = edge.send(
                        "PATCH",
                        path,
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(101))),
                        "Tus-Resumable",
                        "1.0.0",
                        "Content-Type",
                        OFFSET_STREAM,
                        "Upload-Offset",
                        "0")
                .statusCode();

        // then
        assertThat(known).isEqualTo(413);
        assertThat(chunked).isEqualTo(413);
        assertThat(chunks.content(TestEdge.idOf(path)).length).isLessThanOrEqualTo(100);
    }

    @Test
    void shouldForgetADeletedUpload() {
        // given
        String path = edge.create(100);
        edge.patch(path, 0, bytes(50));

        // when
        int deleted = edge.tus("DELETE", path, NOTHING).statusCode();

        // then
        assertThat(deleted).isEqualTo(204);
        assertThat(edge.tus("HEAD", path, NOTHING).statusCode()).isEqualTo(410);
        assertThat(edge.patch(path, 50, bytes(50)).statusCode()).isEqualTo(410);
        assertThat(edge.tus("DELETE", path, NOTHING).statusCode()).isEqualTo(410);
    }

    @Test
    void shouldSayExactlyWhatIsWrong() {
        String path = edge.create(100);
        String unknown = "/uploads/" + Ids.create(Ids.FILE, 0);
        assertThat(edge.send("PATCH", path, BodyPublishers.noBody()).statusCode())
                .isEqualTo(412);
        HttpResponse<String> version =
                edge.send("POST", "/uploads", BodyPublishers.noBody(), "Tus-Resumable", "0.2.2", "Upload-Length", "1");
        assertThat(version.statusCode()).isEqualTo(412);
        assertThat(header(version, "Tus-Version")).isEqualTo("1.0.0");
        assertThat(edge.tus("PATCH", path, bytes(1), "Content-Type", "text/plain", "Upload-Offset", "0")
                        .statusCode())
                .isEqualTo(415);
        assertThat(edge.tus("PATCH", path, bytes(1), "Content-Type", OFFSET_STREAM)
                        .statusCode())
                .isEqualTo(400);
        assertThat(edge.tus("POST", "/uploads", NOTHING).statusCode()).isEqualTo(400);
        assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Length", "-1").statusCode())
                .isEqualTo(400);
        assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Length", "" + (TestEdge.MAX_UPLOAD + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Length", "1", "Upload-Metadata", "a !")
                        .statusCode())
                .isEqualTo(400);
        assertThat(edge.tus("HEAD", unknown, NOTHING).statusCode()).isEqualTo(404);
        assertThat(edge.patch(unknown, 0, bytes(1)).statusCode()).isEqualTo(404);
        assertThat(edge.tus("HEAD", "/uploads/nonsense", NOTHING).statusCode()).isEqualTo(404);
        HttpResponse<String> method = edge.tus("PUT", path, NOTHING);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(header(method, "Allow")).contains("PATCH");
        HttpResponse<String> nowhere = edge.send("GET", "/nowhere", BodyPublishers.noBody());
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(header(nowhere, "Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void shouldWriteAnEmptyUpload() {
        String id = TestEdge.idOf(edge.create(0));
        assertThat(chunks.records(id)).extracting(ChunkLog::kind).containsExactly(RecordKind.OPEN);
        assertThat(header(edge.tus("HEAD", "/uploads/" + id, NOTHING), "Upload-Offset"))
                .isEqualTo("0");
    }

    @Test
    void shouldTellBrowsersAndClientsWhatItCan() {
        // when
        HttpResponse<String> preflight = edge.send(
                "OPTIONS",
                "/uploads/some",
                BodyPublishers.noBody(),
                "Origin",
                "https://app.example",
                "Access-Control-Request-Method",
                "PATCH",
                "Access-Control-Request-Headers",
                "tus-resumable,upload-offset");
        HttpResponse<String> options = edge.send("OPTIONS", "/uploads", BodyPublishers.noBody(), "Origin", "null");

        // then
        assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("PATCH");
        assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("upload-offset");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(header(options, "Tus-Extension")).contains("creation-with-upload");
        assertThat(header(options, "Tus-Max-Size")).isEqualTo("" + TestEdge.MAX_UPLOAD);
        assertThat(header(options, "Access-Control-Expose-Headers")).contains("Upload-Offset");
    }

    @Test
    void shouldHearOfTheLengthLater() {
        // given
        HttpResponse<String> created = edge.tus("POST", "/uploads", NOTHING, "Upload-Defer-Length", "1");
        String path = header(created, "Location");
        edge.patch(path, 0, bytes(10));
        HttpResponse<String> open = edge.tus("HEAD", path, NOTHING);

        // when
        HttpResponse<String> last = edge.tus(
                "PATCH", path, bytes(5), "Content-Type", OFFSET_STREAM, "Upload-Offset", "10", "Upload-Length", "15");

        // then
        assertThat(header(open, "Upload-Defer-Length")).isEqualTo("1");
        assertThat(header(open, "Upload-Length")).isEmpty();
        assertThat(header(open, "Upload-Expires")).endsWith("GMT");
        assertThat(last.statusCode()).isEqualTo(204);
        HttpResponse<String> whole = edge.tus("HEAD", path, NOTHING);
        assertThat(header(whole, "Upload-Length")).isEqualTo("15");
        assertThat(header(whole, "Upload-Defer-Length")).isEmpty();
        assertThat(header(whole, "Upload-Expires")).isEmpty();
        assertThat(edge.patch(path, 15, NOTHING).statusCode()).isEqualTo(204);
        assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Defer-Length", "2")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldTakeTheMethodFromItsHeader() {
        String path = edge.create(10);
        HttpResponse<String> patched = edge.tus(
                "POST",
                path,
                bytes(10),
                "X-HTTP-Method-Override",
                "PATCH",
                "Content-Type",
                OFFSET_STREAM,
                "Upload-Offset",
                "0");
        assertThat(header(patched, "Upload-Offset")).isEqualTo("10");
    }

    private static byte[] patchHead(String path, int length) {
        return ("PATCH " + path + " HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                        + "Content-Type: application/offset+octet-stream\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
