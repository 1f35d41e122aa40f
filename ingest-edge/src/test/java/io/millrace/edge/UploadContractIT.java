package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every protocol of {@code /uploads} does alike. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadContractIT {
    private KafkaCluster kafka;
    private ChunkLog chunks;
    private TestEdge edge;
    private TestEdge other;

    @BeforeAll
    void start(KafkaCluster cluster) {
        kafka = cluster;
        chunks = new ChunkLog(kafka);
        edge = new TestEdge(kafka);
        other = new TestEdge(
                kafka, "edge.upload_lifetime=1s", "edge.max_append_size=1000", "edge.min_body_rate_window=1s");
    }

    @AfterAll
    void stop() {
        edge.close();
        other.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWhereItStopped(UploadDialect client) {
        // given
        byte[] content = bytes(2_500_000);
        String path = client.created(edge, content.length);

        // when
        HttpResponse<String> first = client.append(edge, path, 0, Arrays.copyOf(content, 1_500_000), false);
        long between = client.offset(edge, path);
        HttpResponse<String> last =
                client.append(edge, path, between, Arrays.copyOfRange(content, 1_500_000, content.length), true);

        // then
        assertThat(first.statusCode()).isBetween(200, 299);
        assertThat(header(first, "Upload-Offset")).isEqualTo("1500000");
        assertThat(between).isEqualTo(1_500_000);
        assertThat(last.statusCode()).isBetween(200, 299);
        assertThat(header(last, "Upload-Offset")).isEqualTo("2500000");
        assertThat(header(client.head(edge, path), "Upload-Length")).isEqualTo("2500000");
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAWrongOffsetAndChangeNothing(UploadDialect client) {
        // given
        String path = client.created(edge, 100);
        client.append(edge, path, 0, bytes(10), false);

        // then
        assertThat(client.append(edge, path, 0, bytes(20), false).statusCode()).isEqualTo(409);
        assertThat(client.append(edge, path, 20, bytes(20), false).statusCode()).isEqualTo(409);
        assertThat(client.offset(edge, path)).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepWhatArrivedWhenAnAppendBreaksOff(UploadDialect client) throws IOException {
        // given
        String path = client.created(edge, 1000);

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            write(socket, client.appendHead(path, 0, 1000));
            socket.getOutputStream().write(bytes(600));
        }

        // then
        Eventually.check(() -> client.offset(edge, path) == 600, "the bytes to count");
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnThroughAnotherEdgeWhileThePredecessorIsHalfOpen(UploadDialect client) throws IOException {
        // given: a predecessor that stalls
        byte[] content = bytes(900);
        String path = client.created(edge, content.length);
        try (Socket stalled = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            write(stalled, client.appendHead(path, 0, 900));
            stalled.getOutputStream().write(content, 0, 500);
            Eventually.check(() -> client.offset(other, path) == 500, "the first bytes to count");

            // when
            byte[] rest = Arrays.copyOfRange(content, 500, 900);
            HttpResponse<String> resumed = client.append(other, path, 500, rest, true);
            stalled.getOutputStream().write(rest);
            BufferedReader late =
                    new BufferedReader(new InputStreamReader(stalled.getInputStream(), StandardCharsets.US_ASCII));

            // then
            assertThat(resumed.statusCode()).isBetween(200, 299);
            assertThat(late.readLine()).contains("HTTP/1.1");
        }
        assertThat(client.offset(edge, path)).isEqualTo(900);
        assertThat(client.offset(other, path)).isEqualTo(900);
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerARefusedClientThatIsStillSending(UploadDialect client) throws IOException {
        // given
        String path = client.created(edge, TestEdge.MAX_UPLOAD);
        client.append(edge, path, 0, bytes(10), false);

        // when
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            write(socket, client.appendHead(path, 0, 4 << 20));
            OutputStream out = socket.getOutputStream();
            out.write(new byte[4 << 20]);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            // then
            assertThat(answer.readLine()).contains("409");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldForgetADeletedUpload(UploadDialect client) {
        // given
        String path = client.created(edge, 100);

        // when
        int deleted = client.delete(edge, path).statusCode();

        // then
        assertThat(deleted).isEqualTo(204);
        assertThat(client.head(edge, path).statusCode()).isIn(404, 410);
        assertThat(client.append(edge, path, 0, bytes(10), false).statusCode()).isIn(404, 410);
        assertThat(client.delete(edge, path).statusCode()).isIn(404, 410);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNeverTakeMoreThanWasDeclared(UploadDialect client) {
        for (int size : new int[] {99, 100}) {
            String path = client.created(edge, 100);
            assertThat(client.appendStreamed(edge, path, 0, bytes(size), false).statusCode())
                    .isBetween(200, 299);
            assertThat(client.offset(edge, path)).isEqualTo(size);
        }
        int tooMuch = client.isTus() ? 413 : 400;
        String known = client.created(edge, 100);
        assertThat(client.append(edge, known, 0, bytes(101), false).statusCode())
                .isEqualTo(tooMuch);
        String streamed = client.created(edge, 100);
        assertThat(client.appendStreamed(edge, streamed, 0, bytes(101), false).statusCode())
                .isEqualTo(tooMuch);
        assertThat(chunks.content(TestEdge.idOf(streamed))).hasSizeLessThanOrEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldTheLimitsOfSizes(UploadDialect client) {
        assertThat(client.create(edge, TestEdge.MAX_UPLOAD).statusCode()).isEqualTo(201);
        assertThat(client.create(edge, TestEdge.MAX_UPLOAD + 1L).statusCode()).isEqualTo(413);
        String path = client.created(other, 5000);
        assertThat(client.append(other, path, 0, bytes(1001), false).statusCode())
                .isEqualTo(413);
        assertThat(client.append(other, path, 0, bytes(1000), false).statusCode())
                .isBetween(200, 299);
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldTheLimitsOfWhatIsOpen(UploadDialect client) {
        for (String limit : new String[] {"edge.max_open_uploads=1", "edge.max_open_bytes=1KiB"}) {
            try (TestEdge strict = new TestEdge(kafka, limit)) {
                client.create(edge, 2000);
                HttpResponse<String> refused = client.create(strict, 2000);
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(header(refused, "Retry-After")).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeAnEmptyUpload(UploadDialect client) {
        String path = client.created(edge, 0);
        assertThat(client.append(edge, path, 0, bytes(0), true).statusCode()).isBetween(200, 299);
        assertThat(client.offset(edge, path)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldMeanTheSameUploadUnderTheSameKey(UploadDialect client) {
        // given
        String key = "key-" + client;
        HttpResponse<String> first = client.create(edge, 100, "Idempotency-Key", key);
        String path = header(first, "Location");
        client.append(edge, path, 0, bytes(40), false);

        // when
        HttpResponse<String> again = client.create(other, 100, "Idempotency-Key", key);
        HttpResponse<String> different = client.create(edge, 101, "Idempotency-Key", key);

        // then
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(header(again, "Location")).isEqualTo(path);
        assertThat(client.offset(edge, path)).isEqualTo(40);
        assertThat(different.statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCutOffABodyThatHardlyMovesAndKeepWhatItBrought(UploadDialect client) throws IOException {
        // given
        String path = client.created(edge, 1000);

        // when
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
            write(slow, client.appendHead(path, 0, 1000));
            slow.getOutputStream().write(bytes(100));

            // then
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(client.offset(edge, path)).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWhenItsTimeIsOver(UploadDialect client) {
        // given
        String path = client.created(other, 100);

        // then
        Eventually.check(() -> client.head(other, path).statusCode() >= 400, "the upload to expire");
        int status = client == UploadDialect.IETF_6 ? 404 : 410;
        assertThat(client.head(edge, path).statusCode()).isEqualTo(status);
        assertThat(client.append(other, path, 0, bytes(10), false).statusCode()).isEqualTo(status);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
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
