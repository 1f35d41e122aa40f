package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.IngestCancel;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestCompleted;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestQuery;
import io.millrace.schemas.v1.IngestRefused;
import io.millrace.schemas.v1.IngestRequest;
import io.millrace.schemas.v1.IngestResult;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests over the native socket, whose results come back on it. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeRequestIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESULT = "{\"choices\":[]}";
    private static final int MAX_BODY = 64 << 10;

    private KafkaCluster kafka;
    private String model;
    private TestEdge edge;
    private CallLane lane;

    @BeforeAll
    void start(KafkaCluster cluster) {
        kafka = cluster;
        model = cluster.uniqueName("native-chat");
        cluster.createTopic(Topics.requests(model, Lane.ONLINE), 1);
        edge = new TestEdge(
                cluster,
                "models=[{name: " + model + ", backend: openai, openai: {urls: [\"http://127.0.0.1:9/v1\"]}}]");
        lane = new CallLane(cluster, model, edge);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    void shouldAnswerARequestThatCameInCompressedChunksWithoutAFile() {
        byte[] body = body("whole", "").getBytes(StandardCharsets.UTF_8);
        int half = body.length / 2;
        int chunksBefore = TopicReader.all(kafka, Topics.CHUNKS).size();
        try (NativePeer peer = new NativePeer(edge.port())) {
            // when: in the wrong order, one of them twice, and without waiting for anything
            peer.open(chat(3).setLength(body.length));
            for (int sequence : new int[] {1, 0, 1}) {
                byte[] piece = Arrays.copyOfRange(body, sequence == 0 ? 0 : half, sequence == 0 ? half : body.length);
                peer.chunk(NativePeer.chunkOf(3, sequence, sequence == 0 ? 0 : half, piece)
                        .setCodec(ChunkCodec.CHUNK_CODEC_ZSTD)
                        .setContent(ByteString.copyFrom(Zstd.compress(piece))));
            }
            peer.complete(3, 2);
            InferenceRequest request = lane.inLane("whole");
            String id = request.getRequestId();
            IngestServerFrame opened = peer.await(IngestServerFrame::hasOpened);
            IngestCompleted completed = completed(peer);
            edge.services().settle(id, CallLane.success(id, RESULT));
            IngestResult result = peer.await(IngestServerFrame::hasResult).getResult();

            // then
            assertThat(opened.getOpened().getBounds().getUploadBytes()).isEqualTo(MAX_BODY);
            assertThat(completed.getRequestId()).isEqualTo(id);
            assertThat(completed.getLength()).isEqualTo(body.length);
            assertThat(id).contains(completed.getStream());
            assertThat(result.getUpload()).isEqualTo(3);
            assertThat(result.getRequestId()).isEqualTo(id);
            assertThat(result.getStatusCode()).isEqualTo(200);
            assertThat(result.getBody().toStringUtf8()).isEqualTo(RESULT);
            assertThat(request.getBody().toByteArray()).isEqualTo(body);
            assertThat(TopicReader.all(kafka, Topics.CHUNKS)).hasSize(chunksBefore);

            // and: the number is free again
            peer.request(chat(3), body("again", ""));
            assertThat(completed(peer).getRequestId())
                    .isEqualTo(lane.inLane("again").getRequestId());
        }
    }

    @Test
    void shouldSendThePiecesOfAnAnswerAsTheyComeOnlyToWhoWantsThem() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            // given
            peer.request(chat(1, IngestRequest.newBuilder().setDeltas(true)), body("pieces", ",'stream':true"));
            peer.request(chat(2), body("no pieces", ",'stream':true"));
            String id = lane.inLane("pieces").getRequestId();
            String quiet = lane.inLane("no pieces").getRequestId();

            // when
            edge.services().delta(id, 0, "Hel");
            edge.services().delta(id, 3, "lo");
            edge.services().settle(quiet, CallLane.success(quiet, RESULT));
            edge.services().settle(id, CallLane.success(id, RESULT));

            // then
            assertThat(peer.await(IngestServerFrame::hasDelta).getDelta().getText())
                    .isEqualTo("Hel");
            IngestServerFrame second = peer.await(IngestServerFrame::hasDelta);
            assertThat(second.getDelta().getUpload()).isEqualTo(1);
            assertThat(second.getDelta().getRequestId()).isEqualTo(id);
            assertThat(second.getDelta().getPosition()).isEqualTo(3);
            peer.await(frame -> frame.getResult().getRequestId().equals(id));
            assertThat(edge.services().wantsDeltas(id)).isTrue();
            assertThat(edge.services().wantsDeltas(quiet)).isFalse();
        }
    }

    @Test
    void shouldNameTheFieldAndTheLimitOfWhatIsWrong() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            // what the opening says
            assertRefused(
                    peer.open(request(1, IngestRequest.newBuilder().setEndpoint("/v1/poems"))),
                    "invalid_request",
                    "request.endpoint");
            IngestRequest.Builder longName = IngestRequest.newBuilder().setSession("x".repeat(129));
            assertRefused(peer.open(chat(1, longName)), "invalid_request", "request.session");
            assertRefused(peer.open(chat(1).setLength(MAX_BODY + 1)), "upload_too_large", "length");
            // what the body says
            assertRefused(peer.request(chat(1), "{'model':'none'}"), "model_not_found", "model");
            assertRefused(peer.request(chat(1), "{'model':'" + model + "'}"), "missing_field", "messages");
            assertRefused(peer.request(chat(1), "{"), "invalid_json", "");
            assertRefused(
                    peer.request(chat(1, IngestRequest.newBuilder().setDeltas(true)), body("not streamed", "")),
                    "invalid_request",
                    "request.deltas");
            // what arrived
            peer.open(chat(1));
            peer.chunk(1, 0, 0, new byte[MAX_BODY]).chunk(1, 1, MAX_BODY, new byte[1]);
            assertThat(refused(peer).getMessage()).contains(Integer.toString(MAX_BODY));
            peer.open(chat(1).setLength(9));
            peer.chunk(1, 0, 0, new byte[8]).complete(1, 1);
            assertThat(refused(peer).getCode()).isEqualTo("inconsistent_length");
            // and: the connection goes on
            peer.request(chat(1), body("after all that", ""));
            assertThat(completed(peer).getRequestId())
                    .isEqualTo(lane.inLane("after all that").getRequestId());
        }
    }

    @Test
    void shouldTakeASpoiledChunkAgainAndAcknowledgeNothingBeforeTheBrokersHaveIt() {
        byte[] body = body("spoiled", "").getBytes(StandardCharsets.UTF_8);
        try (NativePeer peer = new NativePeer(edge.port())) {
            // given
            peer.open(chat(1));
            peer.chunk(NativePeer.chunkOf(1, 0, 0, body).setCrc32C(1)).complete(1, 1);
            IngestRefused refused = refused(peer);

            // when
            peer.send(IngestClientFrame.newBuilder()
                    .setQuery(IngestQuery.newBuilder().setUpload(1)));
            IngestServerFrame ack = peer.await(IngestServerFrame::hasAck);
            peer.chunk(1, 0, 0, body);

            // then
            assertThat(refused.getCode()).isEqualTo("checksum_mismatch");
            assertThat(refused.hasSequence()).isTrue();
            assertThat(ack.getAck().getNext()).isZero();
            assertThat(ack.getAck().getCredit()).isPositive();
            assertThat(completed(peer).getRequestId())
                    .isEqualTo(lane.inLane("spoiled").getRequestId());
        }
    }

    @Test
    void shouldRunARequestUnderAKeyOnceWhicheverWayItComes() {
        String key = "key-" + model;
        CompletableFuture<HttpResponse<String>> http =
                CompletableFuture.supplyAsync(() -> edge.json("POST", CHAT, body("keyed", ""), "Idempotency-Key", key));
        String id = lane.inLane("keyed").getRequestId();
        try (NativePeer peer = new NativePeer(edge.port())) {
            // when
            peer.request(chat(1).setIdempotencyKey(key), body("keyed", ""));
            IngestCompleted same = completed(peer);
            assertRefused(
                    peer.request(chat(2).setIdempotencyKey(key), body("another", "")),
                    "idempotency_conflict",
                    "Idempotency-Key");
            edge.services().settle(id, CallLane.success(id, RESULT));

            // then
            assertThat(same.getRequestId()).isEqualTo(id);
            assertThat(peer.await(IngestServerFrame::hasResult).getResult().getRequestId())
                    .isEqualTo(id);
            assertThat(http.join().body()).isEqualTo(RESULT);
            assertThat(lane.ran(id)).isEqualTo(1);
        }
    }

    @Test
    void shouldLetTheStreamDecideOverACancelledRequestAndTellItsOutcome() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            // one that is not sent yet
            peer.open(chat(1));
            cancel(peer, 1);
            assertThat(refused(peer).getCode()).isEqualTo("request_cancelled");

            // one that runs
            peer.request(chat(1), body("cancelled", ""));
            String id = completed(peer).getRequestId();
            cancel(peer, 1);
            Eventually.check(() -> lane.cancelled(id), "the request to be cancelled in its stream");
            edge.services().settle(id, CallLane.failure(id, "request_cancelled", "it was cancelled"));
            assertThat(refused(peer).getMessage()).isEqualTo("it was cancelled");
        }
    }

    @Test
    void shouldGiveUpARequestWhoseConnectionIsLostUnlessItsCallerMayComeBack() {
        // given
        String lost;
        String keyed;
        try (NativePeer peer = new NativePeer(edge.port())) {
            peer.request(chat(1).setIdempotencyKey("kept-" + model), body("kept", ""));
            keyed = completed(peer).getRequestId();
            peer.request(chat(2), body("lost", ""));
            lost = completed(peer).getRequestId();
        }

        // then
        Eventually.check(() -> lane.cancelled(lost), "the request to be cancelled in its stream");
        assertThat(lane.cancelled(keyed)).isFalse();
        try (NativePeer peer = new NativePeer(edge.port())) {
            peer.request(chat(1).setIdempotencyKey("kept-" + model), body("kept", ""));
            assertThat(completed(peer).getRequestId()).isEqualTo(keyed);
            edge.services().settle(keyed, CallLane.success(keyed, RESULT));
            peer.await(IngestServerFrame::hasResult);
        }
    }

    @Test
    void shouldKeepTheCallsOfASessionInOneStream() {
        try (NativePeer peer = new NativePeer(edge.port())) {
            IngestRequest.Builder session = IngestRequest.newBuilder().setSession("talk-" + model);
            peer.request(chat(1, session), body("first", ""));
            String stream = completed(peer).getStream();
            peer.request(chat(2, session), body("second", ""));

            assertThat(stream).startsWith(Ids.SESSION);
            assertThat(completed(peer).getStream()).isEqualTo(stream);
        }
    }

    private static void cancel(NativePeer peer, int number) {
        peer.send(IngestClientFrame.newBuilder()
                .setCancel(IngestCancel.newBuilder().setUpload(number)));
    }

    private static IngestOpen.Builder chat(int number) {
        return chat(number, IngestRequest.newBuilder());
    }

    private static IngestOpen.Builder chat(int number, IngestRequest.Builder request) {
        return request(number, request.setEndpoint(CHAT));
    }

    private static IngestOpen.Builder request(int number, IngestRequest.Builder request) {
        return IngestOpen.newBuilder()
                .setUpload(number)
                .setKind(IngestKind.INGEST_KIND_REQUEST)
                .setRequest(request);
    }

    private static IngestCompleted completed(NativePeer peer) {
        return peer.await(IngestServerFrame::hasCompleted).getCompleted();
    }

    private static IngestRefused refused(NativePeer peer) {
        return peer.awaitRefused().getRefused();
    }

    private static void assertRefused(NativePeer peer, String code, String field) {
        IngestRefused refused = refused(peer);
        assertThat(refused.getCode()).isEqualTo(code);
        assertThat(refused.getField()).isEqualTo(field);
        assertThat(refused.hasSequence()).isFalse();
    }

    private String body(String question, String more) {
        return ("{'model':'" + model + "','messages':[{'role':'user','content':'" + question + "'}]" + more + "}")
                .replace('\'', '"');
    }
}
