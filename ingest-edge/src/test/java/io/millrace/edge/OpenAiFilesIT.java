package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.Ids;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiFilesIT {
    private static final String MD5_OF_ABC_DEF = "e80b5017098950fc58aad83c8c14978e";

    private TestEdge edge;
    private TestEdge other;

    @BeforeAll
    void start(KafkaCluster kafka) {
        edge = new TestEdge(kafka);
        other = new TestEdge(kafka);
    }

    @AfterAll
    void stop() {
        edge.close();
        other.close();
    }

    @Test
    void shouldListFilesPageByPage() {
        // given
        List<String> ids = List.of(file("evals"), file("evals"), file("evals"));

        // when
        JsonNode first = json(get("/v1/files?purpose=evals&limit=2"));
        JsonNode second = json(get(
                "/v1/files?purpose=evals&limit=2&after=" + first.path("last_id").asText()));
        JsonNode oldest = json(get("/v1/files?purpose=evals&order=asc"));

        // then
        assertThat(first.path("object").asText()).isEqualTo("list");
        assertThat(first.findValuesAsText("id")).containsExactly(ids.get(2), ids.get(1));
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(second.findValuesAsText("id")).containsExactly(ids.get(0));
        assertThat(second.path("has_more").asBoolean()).isFalse();
        assertThat(oldest.findValuesAsText("id")).containsExactlyElementsOf(ids);
        assertThat(get("/v1/files?limit=0").statusCode()).isEqualTo(400);
        assertThat(get("/v1/files?limit=10001").statusCode()).isEqualTo(400);
        assertThat(get("/v1/files?order=up").statusCode()).isEqualTo(400);
        assertThat(get("/v1/files?after=" + Ids.create(Ids.FILE, 0)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldDeleteAFile() {
        String id = file("vision");
        JsonNode deleted = json(edge.send("DELETE", "/v1/files/" + id, BodyPublishers.noBody()));
        assertThat(deleted.path("deleted").asBoolean()).isTrue();
        assertThat(get("/v1/files/" + id).statusCode()).isEqualTo(404);
        assertThat(other.download("/v1/files/" + id + "/content").statusCode()).isEqualTo(404);
        assertThat(json(get("/v1/files?purpose=vision")).path("data")).isEmpty();
        assertThat(edge.send("DELETE", "/v1/files/" + id, BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldSayWhenAFileExpiresAndRefuseOtherTimes() {
        String lifetime = "--x\r\nContent-Disposition: form-data; name=\"expires_after[anchor]\"\r\n\r\ncreated_at\r\n"
                + "--x\r\nContent-Disposition: form-data; name=\"expires_after[seconds]\"\r\n\r\n";
        JsonNode file = json(form(edge, "/v1/files", lifetime + "3600\r\n" + fileOf("fine-tune")));
        JsonNode listed = json(get("/v1/files/" + file.path("id").asText()));

        assertThat(file.path("expires_at").asLong())
                .isEqualTo(file.path("created_at").asLong() + 3600);
        assertThat(listed).isEqualTo(file);
        assertThat(form(edge, "/v1/files", lifetime + "3599\r\n" + fileOf("fine-tune"))
                        .statusCode())
                .isEqualTo(400);

        String upload = "{'purpose':'batch','filename':'a','bytes':3,'expires_after':{'anchor':'created_at','seconds':";
        String path = "/v1/uploads/"
                + json(edge.json("POST", "/v1/uploads", upload + "7200}}"))
                        .path("id")
                        .asText();
        String abc = part(edge, path, "abc");
        JsonNode done = json(edge.json("POST", path + "/complete", "{'part_ids':['" + abc + "']}"));
        assertThat(done.path("file").path("expires_at").asLong())
                .isEqualTo(done.path("file").path("created_at").asLong() + 7200);
        for (String wrong : List.of("1}}", "'7200'}}", "2592001}}")) {
            assertThat(edge.json("POST", "/v1/uploads", upload + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void shouldPutPartsTogetherInTheOrderThatIsSaid() {
        // given
        JsonNode upload = json(create(6));
        String path = "/v1/uploads/" + upload.path("id").asText();
        String def = part(other, path, "def");
        String abc = part(edge, path, "abc");

        // when
        String complete = "{'part_ids':['" + abc + "','" + def + "'],'md5':'" + MD5_OF_ABC_DEF + "'}";
        JsonNode done = json(edge.json("POST", path + "/complete", complete));
        JsonNode again = json(other.json("POST", path + "/complete", complete));

        // then
        assertThat(upload.path("status").asText()).isEqualTo("pending");
        assertThat(upload.path("object").asText()).isEqualTo("upload");
        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(done.path("file").path("bytes").asInt()).isEqualTo(6);
        assertThat(again).isEqualTo(done);
        String file = "/v1/files/" + done.path("file").path("id").asText();
        assertThat(edge.download(file + "/content").body())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abcdef");
        assertThat(json(get(file)).path("purpose").asText()).isEqualTo("batch");
        assertThat(edge.json("POST", path + "/complete", "{'part_ids':['" + abc + "']}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(multipart(edge, path + "/parts", "x").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldRefusePartsThatDoNotMakeTheFile() {
        // given
        String path = "/v1/uploads/" + json(create(6)).path("id").asText();
        String foreign = part(edge, "/v1/uploads/" + json(create(3)).path("id").asText(), "abc");
        String abc = part(edge, path, "abc");
        String def = part(edge, path, "def");

        // then
        for (String complete : List.of(
                "{'part_ids':['" + abc + "']}",
                "{'part_ids':['" + abc + "','" + foreign + "']}",
                "{'part_ids':[]}",
                "{}",
                "{'part_ids':['part_x']}",
                "{'part_ids':['" + abc + "','" + def + "'],'md5':'x'}")) {
            int status = edge.json("POST", path + "/complete", complete).statusCode();
            assertThat(status).as(complete).isIn(400, 404);
        }
        String wrong = "{'part_ids':['" + def + "','" + abc + "'],'md5':'" + MD5_OF_ABC_DEF + "'}";
        assertThat(edge.json("POST", path + "/complete", wrong).body()).contains("digest_mismatch");
    }

    @Test
    void shouldCancelAnUpload() {
        String path = "/v1/uploads/" + json(create(6)).path("id").asText();
        JsonNode cancelled = json(edge.send("POST", path + "/cancel", BodyPublishers.noBody()));
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(multipart(edge, path + "/parts", "x").statusCode()).isEqualTo(410);
        assertThat(edge.json("POST", "/v1/uploads", "{'bytes':-1,'filename':'a','purpose':'batch'}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(create(TestEdge.MAX_UPLOAD + 1).statusCode()).isEqualTo(413);
    }

    private HttpResponse<String> create(long bytes) {
        return edge.json(
                "POST",
                "/v1/uploads",
                "{'purpose':'batch','filename':'a.jsonl','mime_type':'application/jsonl','bytes':" + bytes + "}");
    }

    private static String part(TestEdge edge, String path, String content) {
        HttpResponse<String> answer = multipart(edge, path + "/parts", content);
        assertThat(json(answer).path("object").asText()).isEqualTo("upload.part");
        return json(answer).path("id").asText();
    }

    private static HttpResponse<String> multipart(TestEdge edge, String path, String content) {
        return form(
                edge,
                path,
                "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n\r\n" + content
                        + "\r\n--x--\r\n");
    }

    private String file(String purpose) {
        return json(form(edge, "/v1/files", fileOf(purpose))).path("id").asText();
    }

    private static String fileOf(String purpose) {
        return "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" + purpose
                + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncontent\r\n--x--\r\n";
    }

    private static HttpResponse<String> form(TestEdge edge, String path, String form) {
        return edge.send(
                "POST", path, BodyPublishers.ofString(form), "Content-Type", "multipart/form-data; boundary=x");
    }

    private HttpResponse<String> get(String path) {
        return edge.send("GET", path, BodyPublishers.noBody());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
