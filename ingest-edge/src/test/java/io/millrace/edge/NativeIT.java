package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestCancel;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestOpened;
import io.millrace.schemas.v1.IngestRefused;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The native protocol, frame by frame. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeIT {
    private ChunkLog chunks;
    private TestEdge edge;
    private TestEdge other;

    @BeforeAll
    void start(KafkaCluster kafka) {
        chunks = new ChunkLog(kafka);
        edge = new TestEdge(kafka);
        other = new TestEdge(kafka);
    }

    @AfterAll
    void stop() {
        edge.close();
        other.close();
    }

    @Test
    void shouldTakeChunksInAnyOrderAndSayWhatIsMissing() {
        byte[] content = bytes(250_000);
        try (NativePeer peer = new NativePeer(edge.port())) {
            // given
            String id = opened(peer, IngestOpen.newBuilder().setUpload(7)).getUploadId();

            // when
            peer.chunk(7, 2, 200_000, Arrays.copyOfRange(content, 200_000, 250_000));
            IngestServerFrame ack = peer.await(frame -> frame.getAck().getEnd() == 3);
            peer.chunk(7, 0, 0, Arrays.copyOf(content, 100_000));
            peer.chunk(7, 1, 100_000, Arrays.copyOfRange(content, 100_000, 200_000));
            peer.complete(7, 3);

            // then
            assertThat(ack.getAck().getNext()).isZero();
            assertThat(ack.getAck().getMissing(0).getTo()).isEqualTo(2);
            assertThat(ack.getAck().getCredit()).isPositive();
            IngestServerFrame done = peer.await(IngestServerFrame::hasCompleted);
            assertThat(done.getCompleted().getLength()).isEqualTo(content.length);
            assertThat(done.getCompleted().getUploadId()).isEqualTo(id);
            assertThat(chunks.content(id)).isEqualTo(content);
        }
    }

    @Test
    void shouldGoOnThroughAnotherEdgeUnderTheSameKeyKnowingWhatIsThere() {
        byte[] content = bytes(3000);
        IngestOpen.Builder open = IngestOpen.newBuilder()
                .setUpload(1)
                .setIdempotencyKey("resumed")
                .setLength(3000);
        String id;
        try (NativePeer cut = new NativePeer(edge.port())) {
            // given: a connection that dies after the brokers have two chunks
            id = opened(cut, open).getUploadId();
            cut.chunk(1, 0, 0, Arrays.copyOf(content, 1000)).awaitNext(1, 1);
            cut.chunk(1, 2, 2000, Arrays.copyOfRange(content, 2000, 3000));
            cut.await(frame -> frame.getAck().getEnd() == 3);
        }
        try (NativePeer again = new NativePeer(other.port())) {
            // when
            IngestOpened opened = opened(again, open);

            // then
            assertThat(opened.getUploadId()).isEqualTo(id);
            assertThat(opened.getThere().getNext()).isEqualTo(1);
            assertThat(opened.getThere().getMissing(0).getTo()).isEqualTo(2);
            again.chunk(1, 1, 1000, Arrays.copyOfRange(content, 1000, 2000)).complete(1, 3);
            again.await(IngestServerFrame::hasCompleted);
            assertThat(chunks.content(id)).isEqualTo(content);

            // and: completed is completed
            again.open(open.setUpload(2));
            assertThat(again.await(IngestServerFrame::hasCompleted)
                            .getCompleted()
                            .getUploadId())
                    .isEqualTo(id);
            // and: another upload under the key is none
            again.open(open.setUpload(3).setLength(1));
            assertThat(refused(again).getCode()).isEqualTo("idempotency_conflict");
        }
    }

    @Test
    void shouldNeitherLoseNorAskAgainForWhatWasWrittenBeforeItsAckWasLost() {
        IngestOpen.Builder open = IngestOpen.newBuilder().setUpload(1).setIdempotencyKey("ack-lost");
        String id;
        try (NativePeer cut = new NativePeer(edge.port())) {
            // given: the brokers have the chunk, and nobody hears of it
            id = opened(cut, open).getUploadId();
            cut.chunk(1, 0, 0, bytes(700));
            Eventually.check(() -> chunks.content(id).length == 700, "the chunk to be written");
        }
        try (NativePeer again = new NativePeer(other.port())) {
            assertThat(opened(again, open).getThere().getNext()).isEqualTo(1);
            again.complete(1, 1).await(IngestServerFrame::hasCompleted);
            assertThat(chunks.content(id)).isEqualTo(bytes(700));
        }
    }

    @Test
    void shouldAcknowledgeTheSameBytesAgainAndFailOnOthers() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            String id = opened(peer, IngestOpen.newBuilder().setUpload(1)).getUploadId();
            peer.chunk(1, 0, 0, bytes(10)).awaitNext(1, 1);

            // when: the first chunk again in the middle, then with other bytes
            peer.chunk(1, 1, 10, bytes(20)).awaitNext(1, 2);
            peer.chunk(1, 0, 0, bytes(10)).awaitNext(1, 2);
            peer.chunk(1, 0, 0, new byte[10]);

            // then
            IngestRefused refused = refused(peer);
            assertThat(refused.getCode()).isEqualTo("upload_conflict");
            assertThat(refused.hasSequence()).isFalse();
            peer.complete(1, 2);
            assertThat(refused(peer).getCode()).isEqualTo("upload_not_found");
            assertThat(chunks.content(id)).hasSize(30);
        }
    }

    @Test
    void shouldRefuseBombsAndUnknownCodecsAndWrongChecksumsAndGoOn() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            String id = opened(peer, IngestOpen.newBuilder().setUpload(1)).getUploadId();
            byte[] bomb = Zstd.compress(new byte[32 << 20]);

            // then
            peer.chunk(NativePeer.chunkOf(1, 0, 0, new byte[1000])
                    .setCodec(ChunkCodec.CHUNK_CODEC_ZSTD)
                    .setContent(ByteString.copyFrom(bomb)));
            assertRefused(peer, 0, "inconsistent_length");
            peer.chunk(NativePeer.chunkOf(1, 0, 0, bytes(10)).setLength(2 << 20));
            assertRefused(peer, 0, "upload_too_large");
            peer.chunk(NativePeer.chunkOf(1, 5, 0, bytes(10)).setCodecValue(99));
            assertRefused(peer, 5, "unsupported_codec");
            peer.chunk(NativePeer.chunkOf(1, 0, 0, bytes(10)).setCrc32C(1));
            assertRefused(peer, 0, "checksum_mismatch");
            peer.chunk(NativePeer.chunkOf(1, 0, TestEdge.MAX_UPLOAD, bytes(1)));
            assertRefused(peer, 0, "upload_too_large");
            peer.chunk(NativePeer.chunkOf(1, 0, 0, bytes(1)).setFirstLine(1));
            assertRefused(peer, 0, "invalid_request");

            // and: nothing of it was written, and the upload goes on
            peer.chunk(NativePeer.chunkOf(1, 0, 0, bytes(5000))
                    .setCodec(ChunkCodec.CHUNK_CODEC_ZSTD)
                    .setContent(ByteString.copyFrom(Zstd.compress(bytes(5000)))));
            peer.complete(1, 1).await(IngestServerFrame::hasCompleted);
            assertThat(chunks.content(id)).isEqualTo(bytes(5000));
            assertThat(chunks.pieceSizes(id)).containsExactly(5000);
        }
    }

    @Test
    void shouldRefuseAWrongDigestAndAWrongLength() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            opened(peer, IngestOpen.newBuilder().setUpload(1));
            peer.chunk(1, 0, 0, bytes(10));
            peer.send(IngestClientFrame.newBuilder()
                    .setComplete(IngestComplete.newBuilder()
                            .setUpload(1)
                            .setCount(1)
                            .setSha256(ByteString.copyFrom(new byte[32]))));
            assertThat(refused(peer).getCode()).isEqualTo("checksum_mismatch");

            opened(peer, IngestOpen.newBuilder().setUpload(2).setLength(11));
            peer.chunk(2, 0, 0, bytes(10)).complete(2, 1);
            assertThat(refused(peer).getCode()).isEqualTo("inconsistent_length");
        }
    }

    @Test
    void shouldCarrySeveralUploadsAndForgetTheCancelledOne() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            String first = opened(peer, IngestOpen.newBuilder().setUpload(1)).getUploadId();
            String second = opened(peer, IngestOpen.newBuilder().setUpload(2)).getUploadId();
            peer.chunk(1, 0, 0, bytes(11)).chunk(2, 0, 0, bytes(22));
            peer.send(IngestClientFrame.newBuilder()
                    .setCancel(IngestCancel.newBuilder().setUpload(1)));
            assertThat(refused(peer).getCode()).isEqualTo("upload_gone");
            peer.complete(2, 1).await(IngestServerFrame::hasCompleted);

            assertThat(chunks.content(second)).isEqualTo(bytes(22));
            assertThat(edge.tus("HEAD", "/uploads/" + first, new byte[0]).statusCode())
                    .isEqualTo(410);
        }
    }

    @Test
    void shouldWriteWhatTheAssemblerNeedsToExpandLinesAsTheyCome() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            IngestOpen.Builder open = IngestOpen.newBuilder().setUpload(1).setRecordAligned(true);
            assertThat(refused(peer.open(open)).getMessage()).contains("record_aligned");
            open.setKind(IngestKind.INGEST_KIND_JOB).getJobBuilder().setEndpoint("/v1/embeddings");
            IngestOpened opened = opened(peer, open);
            peer.chunk(NativePeer.chunkOf(1, 0, 0, bytes(10)).setFirstLine(1)).awaitNext(1, 1);

            assertThat(opened.getJobId()).startsWith("batch_");
            assertThat(chunks.records(opened.getUploadId())
                            .getLast()
                            .headers()
                            .lastHeader(ChunkHeaders.FIRST_LINE)
                            .value())
                    .asString()
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldEndAConnectionThatSpeaksSomethingElse() throws Exception {
        try (NativePeer peer = new NativePeer(edge.port())) {
            peer.sendRaw(new byte[] {9, 9, 9});
            assertThat(peer.closed().get(10, TimeUnit.SECONDS)).isBetween(4500, 4999);
        }
    }

    private static IngestOpened opened(NativePeer peer, IngestOpen.Builder open) {
        return peer.open(open).await(IngestServerFrame::hasOpened).getOpened();
    }

    private static IngestRefused refused(NativePeer peer) {
        return peer.awaitRefused().getRefused();
    }

    private static void assertRefused(NativePeer peer, long sequence, String code) {
        IngestRefused refused = refused(peer);
        assertThat(refused.getCode()).isEqualTo(code);
        assertThat(refused.getSequence()).isEqualTo(sequence);
        assertThat(refused.hasSequence()).isTrue();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
