package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.edge.http.Json;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiIT {
    private static final String CONTENT = "{\"custom_id\":\"a\"}\n".repeat(100_000);
    private static final String FILE_PART =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jobs.jsonl\"\r\n"
                    + "Content-Type: application/jsonl\r\n\r\n" + CONTENT + "\r\n";
    private static final String PURPOSE_PART =
            "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n";

    private KafkaCluster kafka;
    private ChunkLog chunks;
    private TestEdge edge;

    @BeforeAll
    void start(KafkaCluster cluster) {
        kafka = cluster;
        chunks = new ChunkLog(cluster);
        edge = new TestEdge(cluster);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    void shouldStreamAFormsFileWhereverItsPurposeStands() {
        for (String form : List.of(FILE_PART + PURPOSE_PART + "--x--\r\n", PURPOSE_PART + FILE_PART + "--x--\r\n")) {
            // when
            HttpResponse<String> created = form(form);

            // then
            assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
            JsonNode file = json(created);
            String id = file.path("id").textValue();
            assertThat(file.path("bytes").intValue()).isEqualTo(CONTENT.length());
            assertThat(file.path("filename").textValue()).isEqualTo("jobs.jsonl");
            assertThat(file.path("purpose").textValue()).isEqualTo("batch");
            assertThat(new String(chunks.content(id), StandardCharsets.US_ASCII))
                    .isEqualTo(CONTENT);
            assertThat(json(get("/v1/files/" + id))).isEqualTo(file);
        }
    }

    @Test
    void shouldLeaveNothingOfAWrongForm() {
        assertThat(error(form("--x--\r\n"), 400)).isEqualTo("missing_field");
        assertThat(error(form(PURPOSE_PART + "--x--\r\n"), 400)).isEqualTo("missing_field");
        assertThat(error(form(FILE_PART + "--x--\r\n"), 400)).isEqualTo("missing_field");
        assertThat(error(form(FILE_PART + PURPOSE_PART.replace("batch", "fun") + "--x--\r\n"), 400))
                .isEqualTo("invalid_request");
        String tooLarge = FILE_PART.replace(CONTENT, "x".repeat(TestEdge.MAX_UPLOAD + 1));
        assertThat(error(form(tooLarge + PURPOSE_PART + "--x--\r\n"), 413)).isEqualTo("upload_too_large");
        assertThat(error(edge.json("POST", "/v1/files", "{}"), 415)).isEqualTo("unsupported_media_type");
    }

    @Test
    void shouldSubmitAJobOnceUnderItsKey() throws InvalidProtocolBufferException {
        // given
        String file =
                json(form(FILE_PART + PURPOSE_PART + "--x--\r\n")).path("id").textValue();
        String body = "{'input_file_id':'" + file + "','endpoint':'/v1/embeddings','completion_window':'15m',"
                + "'metadata':{'team':'a'},'priority':'high'}";
        String key = kafka.uniqueName("key");

        // when
        HttpResponse<String> first = edge.json("POST", "/v1/batches", body, "Idempotency-Key", key);
        HttpResponse<String> again = edge.json("POST", "/v1/batches", body, "Idempotency-Key", key);
        HttpResponse<String> other =
                edge.json("POST", "/v1/batches", body.replace("15m", "16m"), "Idempotency-Key", key);

        // then
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        JsonNode batch = json(first);
        String id = batch.path("id").textValue();
        assertThat(id).isEqualTo(Ids.fromIdempotencyKey(Ids.BATCH, Tenant.DEFAULT, "/v1/batches", key));
        assertThat(batch.path("status").textValue()).isEqualTo("validating");
        assertThat(batch.path("input_file_id").textValue()).isEqualTo(file);
        assertThat(json(again)).isEqualTo(batch);
        assertThat(error(other, 409)).isEqualTo("idempotency_conflict");
        assertThat(json(get("/v1/batches/" + id))).isEqualTo(batch);
        assertThat(error(edge.send("DELETE", "/v1/batches/" + id, BodyPublishers.noBody()), 409))
                .isEqualTo("batch_running");
        ExpandFile expand = ExpandFile.parseFrom(chunks.records(file).stream()
                .filter(chunk -> ChunkLog.kind(chunk) == RecordKind.EXPAND)
                .findFirst()
                .orElseThrow()
                .value());
        assertThat(expand.getJobId()).isEqualTo(id);
        assertThat(expand.getDeadlineMs() / 1000)
                .isEqualTo(batch.path("expires_at").longValue());
    }

    @Test
    void shouldRefuseAWrongJob() {
        String unknown = Ids.create(Ids.FILE, 0);
        String open = TestEdge.idOf(edge.create(10));
        assertThat(error(batch("{'endpoint':'/v1/embeddings','input_file_id':'" + unknown + "'}"), 404))
                .isEqualTo("file_not_found");
        assertThat(error(batch("{'endpoint':'/v1/embeddings','input_file_id':'" + open + "'}"), 404))
                .isEqualTo("file_not_found");
        assertThat(error(batch("{'endpoint':'/v1/embeddings'}"), 400)).isEqualTo("missing_field");
        assertThat(error(batch("{'endpoint':'/v1/other','input_file_id':'" + open + "'}"), 400))
                .isEqualTo("invalid_request");
        assertThat(error(batch("not json"), 400)).isEqualTo("invalid_json");
        assertThat(error(batch("{'x':'" + "y".repeat(100_000) + "'}"), 413)).isEqualTo("upload_too_large");
        assertThat(error(get("/v1/batches/" + Ids.create(Ids.BATCH, 0)), 404)).isEqualTo("batch_not_found");
        assertThat(error(get("/v1/files/" + unknown), 404)).isEqualTo("file_not_found");
        HttpResponse<String> method = get("/v1/embeddings");
        assertThat(error(method, 405)).isEqualTo("method_not_allowed");
        assertThat(method.headers().firstValue("Allow")).contains("POST");
        assertThat(error(get("/v1/nothing"), 404)).isEqualTo("not_found");
    }

    @Test
    void shouldRegisterACallBeforeItsRequestAndAnswerWithItsResult() throws InvalidProtocolBufferException {
        // given
        String body = "{\"model\":\"" + TestEdge.MODEL + "\",\"input\":\"text " + kafka.uniqueName("i") + "\"}";

        // when
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> edge.json("POST", "/v1/embeddings", body));
        InferenceRequest request = Eventually.value(() -> inLane(body), "the request to be in its lane");
        StreamEvent accepted = TopicReader.all(kafka, Topics.RESULTS_CALLS).stream()
                .map(event -> StandInServices.event(event.value()))
                .filter(event -> event.getStreamId().equals(request.getStream().getId()))
                .findFirst()
                .orElseThrow();
        Eventually.check(() -> edge.services().isAwaited(request.getRequestId()), "the edge to wait");
        edge.services().settle(request.getRequestId(), success(request, "{\"object\":\"list\"}"));

        // then
        HttpResponse<String> answered = answer.join();
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.body()).isEqualTo("{\"object\":\"list\"}");
        assertThat(answered.headers().firstValue("Millrace-Request-Id")).contains(request.getRequestId());
        assertThat(answered.headers().firstValue("Millrace-Stream"))
                .contains(request.getStream().getId());
        assertThat(accepted.getCallAccepted().getRequestId()).isEqualTo(request.getRequestId());
        assertThat(accepted.getCallAccepted().getDeadlineMs()).isEqualTo(request.getDeadlineMs());
    }

    @Test
    void shouldTellHowACallFailed() throws InvalidProtocolBufferException {
        // given
        String body = "{\"model\":\"" + TestEdge.MODEL + "\",\"input\":\"text " + kafka.uniqueName("f") + "\"}";

        // when
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> edge.json("POST", "/v1/embeddings", body));
        InferenceRequest request = Eventually.value(() -> inLane(body), "the request to be in its lane");
        Eventually.check(() -> edge.services().isAwaited(request.getRequestId()), "the edge to wait");
        Failure failure = Failure.newBuilder()
                .setCode("input_too_long")
                .setMessage("300 tokens, at most 256")
                .build();
        edge.services()
                .settle(
                        request.getRequestId(),
                        Result.newBuilder()
                                .setRequestId(request.getRequestId())
                                .setFailure(failure)
                                .build());

        // then
        assertThat(error(answer.join(), 400)).isEqualTo("input_too_long");
    }

    @Test
    void shouldRefuseAWrongCallAtOnce() {
        assertThat(error(edge.json("POST", "/v1/embeddings", "{'model':'none','input':'a'}"), 404))
                .isEqualTo("model_not_found");
        assertThat(error(edge.json("POST", "/v1/embeddings", "{'model':'" + TestEdge.MODEL + "','input':''}"), 400))
                .isEqualTo("empty_input");
        assertThat(error(edge.json("POST", "/v1/embeddings", ""), 400)).isEqualTo("invalid_json");
    }

    @Test
    void shouldListModels() {
        assertThat(json(get("/v1/models")).at("/data/0/id").textValue()).isEqualTo(TestEdge.MODEL);
        assertThat(json(get("/v1/models/" + TestEdge.MODEL)).path("object").textValue())
                .isEqualTo("model");
        assertThat(error(get("/v1/models/none"), 404)).isEqualTo("model_not_found");
    }

    private Optional<InferenceRequest> inLane(String body) throws InvalidProtocolBufferException {
        ByteString wanted = ByteString.copyFromUtf8(body);
        for (var entry : TopicReader.all(kafka, Topics.requests(TestEdge.MODEL, Lane.ONLINE))) {
            InferenceRequest request = InferenceRequest.parseFrom(entry.value());
            if (request.getBody().equals(wanted)) {
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }

    private static Result success(InferenceRequest request, String body) {
        return Result.newBuilder()
                .setRequestId(request.getRequestId())
                .setSuccess(Success.newBuilder().setStatusCode(200).setBody(ByteString.copyFromUtf8(body)))
                .build();
    }

    private HttpResponse<String> form(String body) {
        return edge.send(
                "POST", "/v1/files", BodyPublishers.ofString(body), "Content-Type", "multipart/form-data; boundary=x");
    }

    private HttpResponse<String> batch(String body) {
        return edge.json("POST", "/v1/batches", body);
    }

    private HttpResponse<String> get(String path) {
        return edge.send("GET", path, BodyPublishers.noBody());
    }

    private static String error(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).at("/error/code").textValue();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
