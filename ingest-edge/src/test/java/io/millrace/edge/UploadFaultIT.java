package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two edges, and what goes wrong in the field. */
@KafkaTest(killsBrokers = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadFaultIT {
    private static final byte[] NOTHING = new byte[0];

    private KafkaCluster kafka;
    private ChunkLog chunks;
    private TestEdge edge;
    private TestEdge other;

    @BeforeAll
    void start(KafkaCluster cluster) {
        kafka = cluster;
        chunks = new ChunkLog(cluster);
        edge = new TestEdge(cluster);
        other = new TestEdge(cluster);
    }

    @AfterAll
    void stop() {
        edge.close();
        other.close();
    }

    @Test
    void shouldGoOnThroughAnotherEdgeAfterAnAcknowledgementWasLost() throws IOException {
        // given: a client that is cut off after its last byte, before it reads that all of it is durable
        byte[] content = bytes(400_000);
        String path = edge.create(content.length);
        try (Socket lost = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            lost.getOutputStream().write(head(path, 0, 300_000));
            lost.getOutputStream().write(content, 0, 300_000);
            Eventually.check(() -> offset(other, path) == 300_000, "the bytes to count");
        }

        // when
        int repeated = other.patch(path, 0, Arrays.copyOf(content, 300_000)).statusCode();
        int rest = other.patch(path, 300_000, Arrays.copyOfRange(content, 300_000, content.length))
                .statusCode();

        // then
        assertThat(repeated).isEqualTo(409);
        assertThat(rest).isEqualTo(204);
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
    }

    @Test
    void shouldNeitherLoseNorInventBytesWhenAnEdgeStopsBeforeItAnswers() throws IOException {
        // given: an edge that goes away while a body is on its way through it
        byte[] content = bytes(3_000_000);
        TestEdge dying = new TestEdge(kafka);
        String path = dying.create(content.length);
        try (Socket cut = new Socket(InetAddress.getLoopbackAddress(), dying.port())) {
            cut.getOutputStream().write(head(path, 0, content.length));
            cut.getOutputStream().write(content, 0, 2_000_000);
            Eventually.check(() -> offset(other, path) > 0, "the first bytes to count");
            dying.close();
        }

        // when
        long told = offset(edge, path);
        long again = offset(other, path);

        // then
        assertThat(told).isBetween(1L, 2_000_000L);
        assertThat(again).isGreaterThanOrEqualTo(told);
        assertThat(edge.patch(path, again, Arrays.copyOfRange(content, (int) again, content.length))
                        .statusCode())
                .isEqualTo(204);
        assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
    }

    @Test
    void shouldHaveOneEndWhenTheLastBytesMeetADeletion() {
        for (int round = 0; round < 10; round++) {
            // given
            String path = edge.create(100);
            edge.patch(path, 0, bytes(50));

            // when
            CompletableFuture<Integer> last = CompletableFuture.supplyAsync(
                    () -> edge.patch(path, 50, bytes(50)).statusCode());
            int deleted = other.tus("DELETE", path, NOTHING).statusCode();

            // then
            assertThat(deleted).isEqualTo(204);
            assertThat(last.join()).isIn(204, 410);
            assertThat(edge.tus("HEAD", path, NOTHING).statusCode()).isEqualTo(410);
            assertThat(other.tus("HEAD", path, NOTHING).statusCode()).isEqualTo(410);
            assertThat(other.patch(path, 100, NOTHING).statusCode()).isEqualTo(410);
        }
    }

    @Test
    void shouldHoldBackAndGoOnWhenTheBrokersAreAwayFor20Seconds() {
        // given: an upload over HTTP, and one of chunks through an edge whose producer holds less than a chunk
        byte[] content = bytes(7_000_000);
        byte[] chunk = bytes(300_000);
        // The brokers need some seconds more to start, on a busy machine many.
        String patience = "edge.delivery_timeout=2m";
        try (TestEdge patient = new TestEdge(kafka, patience);
                TestEdge narrow = new TestEdge(kafka, patience, "edge.max_in_flight=100KiB");
                NativePeer peer = new NativePeer(narrow.port())) {
            String path = patient.create(content.length);
            patient.patch(path, 0, Arrays.copyOf(content, 1_000_000));
            String id = peer.open(IngestOpen.newBuilder().setUpload(1))
                    .await(IngestServerFrame::hasOpened)
                    .getOpened()
                    .getUploadId();
            kafka.kill(0);

            // when
            CompletableFuture<HttpResponse<String>> rest = CompletableFuture.supplyAsync(
                    () -> patient.patch(path, 1_000_000, Arrays.copyOfRange(content, 1_000_000, content.length)));
            peer.chunk(1, 0, 0, chunk);
            peer.chunk(NativePeer.chunkOf(1, 1, chunk.length, new byte[1]).setCrc32C(1));

            // then: nothing is answered that is not durable, and who sends chunks is given no credit
            IngestServerFrame held = peer.await(IngestServerFrame::hasAck);
            assertThat(held.getAck().getCredit()).isZero();
            assertThat(held.getAck().getNext()).isZero();
            assertThat(rest.copy().completeOnTimeout(null, 20, TimeUnit.SECONDS).join())
                    .as("an answer while the broker is away")
                    .isNull();
            kafka.restart(0);
            assertThat(rest.join().statusCode()).isEqualTo(204);
            assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
            peer.await(frame -> frame.getAck().getNext() == 1 && frame.getAck().getCredit() > 0);
            assertThat(chunks.content(id)).isEqualTo(chunk);
        }
    }

    private static long offset(TestEdge edge, String path) {
        return edge.tus("HEAD", path, NOTHING)
                .headers()
                .firstValueAsLong("Upload-Offset")
                .orElse(-1);
    }

    private static byte[] head(String path, long offset, int length) {
        return ("PATCH " + path + " HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: " + offset
                        + "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
