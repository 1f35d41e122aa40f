package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bytes with a checksum count together, and only when they are right. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChecksumIT {
    private static final byte[] RIGHT = "what was meant".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRONG = "what was sent!".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
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
    void shouldCountTusBytesOnlyWithTheirChecksum() {
        for (String checksum : new String[] {
            "sha1 " + base64("SHA-1", RIGHT), "sha256 " + base64("SHA-256", RIGHT), "crc32c " + crc32c(RIGHT)
        }) {
            // given
            String path = edge.create(RIGHT.length);

            // when
            int wrong = tusPatch(path, WRONG, "Upload-Checksum", checksum).statusCode();
            String between = header(edge.tus("HEAD", path, new byte[0]), "Upload-Offset");
            int right = tusPatch(path, RIGHT, "Upload-Checksum", checksum).statusCode();

            // then
            assertThat(wrong).isEqualTo(460);
            assertThat(between).isEqualTo("0");
            assertThat(right).isEqualTo(204);
            assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(RIGHT);
        }
    }

    @Test
    void shouldRefuseAChecksumThatItCannotCheck() {
        String path = edge.create(RIGHT.length);
        for (String checksum : new String[] {"md4 AAAA", "sha1", "sha1 !", "sha1 AAAA AAAA"}) {
            assertThat(tusPatch(path, RIGHT, "Upload-Checksum", checksum).statusCode())
                    .as(checksum)
                    .isEqualTo(400);
        }
        assertThat(header(edge.tus("OPTIONS", "/uploads", new byte[0]), "Tus-Checksum-Algorithm"))
                .isEqualTo("sha1,sha256,crc32c");
    }

    @Test
    void shouldLeaveNothingOfACheckedBodyThatBreaksOff() throws IOException {
        // given
        String path = edge.create(RIGHT.length);

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            write(
                    socket,
                    patchHead(path, "Upload-Checksum: sha1 " + base64("SHA-1", RIGHT) + "\r\nContent-Length: 1400000"));
            socket.getOutputStream().write(RIGHT, 0, 1_200_000);
            Eventually.check(() -> !chunks.pieceSizes(TestEdge.idOf(path)).isEmpty(), "bytes to be written");
        }

        // then
        assertThat(tusPatch(path, RIGHT, "Upload-Checksum", "sha1 " + base64("SHA-1", RIGHT))
                        .statusCode())
                .isEqualTo(204);
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(RIGHT);
    }

    @Test
    void shouldLeaveNoUploadWhenItsFirstBytesAreWrong() {
        String sha1 = "sha1 " + base64("SHA-1", RIGHT);
        HttpResponse<String> created = edge.tus(
                "POST",
                "/uploads",
                WRONG,
                "Upload-Length",
                "1400000",
                "Content-Type",
                OFFSET_STREAM,
                "Upload-Checksum",
                sha1);
        assertThat(created.statusCode()).isEqualTo(460);
        assertThat(created.headers().firstValue("Location")).isEmpty();
        HttpResponse<String> digest = edge.send(
                "POST",
                "/uploads",
                BodyPublishers.ofByteArray(WRONG),
                "Upload-Complete",
                "?1",
                "Content-Digest",
                "sha-256=:" + base64("SHA-256", RIGHT) + ":");
        assertThat(digest.statusCode()).isEqualTo(400);
        assertThat(digest.body()).contains("http-problem-types#digest-mismatching-values");
        assertThat(chunks.files())
                .noneMatch(file -> Arrays.equals(chunks.content(file.getOpen().getUploadId()), WRONG));
    }

    @Test
    void shouldReadTheChecksumBehindTheBody() throws IOException {
        // given
        String path = edge.create(3);

        // when
        String wrong =
                trailed(path, "abc", "Upload-Checksum: crc32c " + crc32c("abd".getBytes(StandardCharsets.US_ASCII)));
        String missing = trailed(path, "abc", "X-Other: 1");
        String right =
                trailed(path, "abc", "Upload-Checksum: crc32c " + crc32c("abc".getBytes(StandardCharsets.US_ASCII)));

        // then
        assertThat(wrong).contains("460");
        assertThat(missing).contains("400");
        assertThat(right).contains("204");
        assertThat(chunks.content(TestEdge.idOf(path))).asString().isEqualTo("abc");
    }

    @Test
    void shouldCheckTheDigestOfOneRequestAndOfTheWhole() {
        // given
        String digest = "sha-256=:" + base64("SHA-256", RIGHT) + ":, md5=:AAAA:";
        String path = header(
                edge.send("POST", "/uploads", BodyPublishers.noBody(), "Upload-Complete", "?0", "Repr-Digest", digest),
                "Location");

        // when
        HttpResponse<String> wrong = ietfPatch(path, WRONG, "Content-Digest", digest);
        HttpResponse<String> right = ietfPatch(path, RIGHT, "Content-Digest", digest);

        // then
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(right.statusCode()).isEqualTo(201);
        assertThat(header(right, "Upload-Complete")).isEqualTo("?1");
        String other = header(
                edge.send("POST", "/uploads", BodyPublishers.noBody(), "Upload-Complete", "?0", "Repr-Digest", digest),
                "Location");
        HttpResponse<String> whole = ietfPatch(other, WRONG);
        assertThat(whole.statusCode()).isEqualTo(400);
        assertThat(whole.body()).contains("digest-mismatching-values");
        assertThat(edge.download(other).statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> tusPatch(String path, byte[] body, String... more) {
        return edge.tus("PATCH", path, body, "Content-Type", OFFSET_STREAM, "Upload-Offset", "0", more[0], more[1]);
    }

    private HttpResponse<String> ietfPatch(String path, byte[] body, String... more) {
        String[] headers = new String[6 + more.length];
        System.arraycopy(
                new String[] {
                    "Content-Type", "application/partial-upload", "Upload-Offset", "0", "Upload-Complete", "?1"
                },
                0,
                headers,
                0,
                6);
        System.arraycopy(more, 0, headers, 6, more.length);
        return edge.send("PATCH", path, BodyPublishers.ofByteArray(body), headers);
    }

    private String trailed(String path, String body, String trailer) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            write(socket, patchHead(path, "Trailer: Upload-Checksum\r\nTransfer-Encoding: chunked"));
            write(socket, body.length() + "\r\n" + body + "\r\n0\r\n" + trailer + "\r\n\r\n");
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static String patchHead(String path, String more) {
        return "PATCH " + path + " HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: "
                + OFFSET_STREAM + "\r\n" + more + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String crc32c(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    private static String base64(String algorithm, byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
