package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IetfIT {
    private static final byte[] CONTENT = "twenty bytes of text".getBytes(StandardCharsets.US_ASCII);

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
    void shouldTakeAWholeUploadInOneRequest() {
        // when
        HttpResponse<String> created = edge.send(
                "POST",
                "/uploads",
                BodyPublishers.ofByteArray(CONTENT),
                "Upload-Complete",
                "?1",
                "Content-Type",
                "text/plain",
                "Content-Disposition",
                "attachment; filename=\"a \\\"b\\\".txt\"");

        // then
        String path = header(created, "Location");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(header(created, "Upload-Complete")).isEqualTo("?1");
        assertThat(header(created, "Upload-Offset")).isEqualTo("20");
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(CONTENT);
        assertThat(chunks.state(TestEdge.idOf(path)).orElseThrow().getOpen().getFilename())
                .isEqualTo("a \"b\".txt");
        assertThat(header(head(path), "Upload-Complete")).isEqualTo("?1");
    }

    @Test
    void shouldSayWhereTheUploadIsWhileItsBytesAreComing() throws IOException {
        for (String version : new String[] {"6", "8"}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
                // when
                write(
                        socket,
                        "POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\nUpload-Complete: ?1\r\n"
                                + "Upload-Draft-Interop-Version: " + version + "\r\n\r\n");
                BufferedReader answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

                // then
                assertThat(answer.readLine()).isEqualTo("HTTP/1.1 104 Upload Resumption Supported");
                String fields = answer.readLine() + "\n" + answer.readLine();
                assertThat(fields.toLowerCase(Locale.ROOT))
                        .contains("location: /uploads/file-", "upload-draft-interop-version: " + version);
                assertThat(answer.readLine()).isEmpty();
                socket.getOutputStream().write(CONTENT);
                assertThat(answer.readLine()).contains("201");
            }
        }
    }

    @Test
    void shouldCompleteOnlyAtTheClientsWord() {
        // given
        String path = create("Upload-Length", "20");
        HttpResponse<String> all = patch(path, 0, CONTENT, "?0");
        HttpResponse<String> before = head(path);

        // when
        HttpResponse<String> ended = patch(path, 20, new byte[0], "?1");
        HttpResponse<String> repeated = patch(path, 20, new byte[0], "?1");

        // then
        assertThat(header(all, "Upload-Complete")).isEqualTo("?0");
        assertThat(header(before, "Upload-Complete")).isEqualTo("?0");
        assertThat(header(before, "Upload-Length")).isEqualTo("20");
        assertThat(header(ended, "Upload-Complete")).isEqualTo("?1");
        assertThat(repeated.statusCode()).isEqualTo(ended.statusCode());
        assertThat(header(repeated, "Upload-Complete")).isEqualTo("?1");
        assertThat(header(head(path), "Upload-Complete")).isEqualTo("?1");
    }

    @Test
    void shouldCompleteAStreamOfUnknownLength() {
        // given
        String path = create();
        patch(path, 0, CONTENT, "?0");

        // when
        BodyPublisher streamed = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(CONTENT));
        HttpResponse<String> ended = send("PATCH", path, streamed, "Upload-Offset", "20", "Upload-Complete", "?1");

        // then
        assertThat(ended.statusCode()).isEqualTo(201);
        assertThat(header(head(path), "Upload-Length")).isEqualTo("40");
    }

    @Test
    void shouldSayWhichOffsetIsRight() {
        // given
        String path = create("Upload-Length", "20");
        patch(path, 0, Arrays.copyOf(CONTENT, 5), "?0");

        // when
        HttpResponse<String> wrong = patch(path, 7, new byte[3], "?0");

        // then
        assertThat(wrong.statusCode()).isEqualTo(409);
        assertThat(header(wrong, "Upload-Offset")).isEqualTo("5");
        assertThat(wrong.body())
                .contains(
                        "http-problem-types#mismatching-upload-offset",
                        "\"expected-offset\":5",
                        "\"provided-offset\":7");
    }

    @Test
    void shouldRefuseLengthsThatDoNotMatch() {
        String path = create("Upload-Length", "20");
        HttpResponse<String> other = patch(path, 0, new byte[7], "?1");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("http-problem-types#inconsistent-upload-length");
        assertThat(edge.send(
                                "POST",
                                "/uploads",
                                BodyPublishers.ofByteArray(CONTENT),
                                "Upload-Complete",
                                "?1",
                                "Upload-Length",
                                "21")
                        .statusCode())
                .isEqualTo(400);
        assertThat(header(head(path), "Upload-Offset")).isEqualTo("0");
    }

    @Test
    void shouldInvalidateAnUploadThatBecomesTooLongButNotInVersion6() {
        String newer = create("Upload-Length", "19");
        assertThat(patch(newer, 0, CONTENT, "?0").statusCode()).isEqualTo(400);
        assertThat(head(newer).statusCode()).isEqualTo(410);
        String six = UploadDialect.IETF_6.created(edge, 19);
        assertThat(UploadDialect.IETF_6.append(edge, six, 0, CONTENT, false).statusCode())
                .isEqualTo(400);
        assertThat(UploadDialect.IETF_6.offset(edge, six)).isZero();
    }

    @Test
    void shouldNeverChangeACompleteUpload() {
        String path = create();
        patch(path, 0, CONTENT, "?1");
        HttpResponse<String> longer = patch(path, 20, CONTENT, "?1");
        assertThat(longer.statusCode()).isEqualTo(400);
        assertThat(longer.body()).contains("inconsistent-upload-length");
        HttpResponse<String> six = UploadDialect.IETF_6.append(edge, path, 20, new byte[0], true);
        assertThat(six.statusCode()).isEqualTo(400);
        assertThat(six.body()).contains("http-problem-types#completed-upload");
        assertThat(header(head(path), "Upload-Offset")).isEqualTo("20");
    }

    @Test
    void shouldTellItsLimits() {
        HttpResponse<String> options = edge.send("OPTIONS", "/uploads", BodyPublishers.noBody());
        assertThat(header(options, "Accept-Patch")).isEqualTo("application/partial-upload");
        assertThat(header(options, "Upload-Limit"))
                .contains("max-size=" + TestEdge.MAX_UPLOAD, "max-append-size=", "min-append-size=", "max-age=86400");
        assertThat(header(head(create()), "Upload-Limit")).contains("max-size=", "max-age=");
        assertThat(header(UploadDialect.IETF_6.head(edge, create()), "Upload-Limit"))
                .contains("expires=");
    }

    @Test
    void shouldSayWhatIsWrong() {
        String path = create();
        assertThat(send("PATCH", path, BodyPublishers.ofByteArray(CONTENT), "Upload-Complete", "?1")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("PATCH", path, BodyPublishers.ofByteArray(CONTENT), "Upload-Offset", "0")
                        .statusCode())
                .isEqualTo(400);
        assertThat(edge.send(
                                "PATCH",
                                path,
                                BodyPublishers.ofByteArray(CONTENT),
                                "Upload-Complete",
                                "?1",
                                "Upload-Offset",
                                "0",
                                "Content-Type",
                                "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(edge.send(
                                "HEAD",
                                path,
                                BodyPublishers.noBody(),
                                "Upload-Draft-Interop-Version",
                                "6",
                                "Upload-Offset",
                                "0")
                        .statusCode())
                .isEqualTo(400);
    }

    private String create(String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Upload-Complete";
        all[headers.length + 1] = "?0";
        return header(edge.send("POST", "/uploads", BodyPublishers.noBody(), all), "Location");
    }

    private HttpResponse<String> patch(String path, long offset, byte[] body, String complete) {
        return send(
                "PATCH",
                path,
                BodyPublishers.ofByteArray(body),
                "Upload-Offset",
                Long.toString(offset),
                "Upload-Complete",
                complete);
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/partial-upload";
        return edge.send(method, path, body, all);
    }

    private HttpResponse<String> head(String path) {
        return edge.send("HEAD", path, BodyPublishers.noBody());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
