package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcatenationIT {
    private static final byte[] NOTHING = new byte[0];

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
    void shouldComposePartsThatCameThroughDifferentEdges() {
        // given
        String hello = partial(edge, "hello ");
        String world = partial(other, "world");

        // when
        String concat = "final;" + hello + " http://127.0.0.1:" + other.port() + world;
        HttpResponse<String> created = edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", concat);
        String path = header(created, "Location");
        HttpResponse<String> head = other.tus("HEAD", path, NOTHING);

        // then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Upload-Concat")).isEqualTo(concat);
        assertThat(header(head, "Upload-Length")).isEqualTo("11");
        assertThat(header(head, "Upload-Offset")).isEqualTo("11");
        assertThat(new String(other.download(path).body(), StandardCharsets.US_ASCII))
                .isEqualTo("hello world");
        assertThat(header(edge.tus("HEAD", hello, NOTHING), "Upload-Concat")).isEqualTo("partial");
        assertThat(chunks.records(TestEdge.idOf(hello)))
                .extracting(ChunkLog::kind)
                .contains(RecordKind.LINK);
        assertThat(edge.patch(path, 11, NOTHING).statusCode()).isEqualTo(403);
        assertThat(other.patch(path, 0, new byte[1]).statusCode()).isEqualTo(403);
    }

    @Test
    void shouldComposePartsThatAreNotFinished() {
        // given
        String first = partial(edge, "one ");
        String second = header(
                edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", "partial", "Upload-Defer-Length", "1"),
                "Location");

        // when
        HttpResponse<String> created =
                edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", "final;" + first + " " + second);
        String path = header(created, "Location");
        HttpResponse<String> unfinished = edge.tus("HEAD", path, NOTHING);
        edge.tus(
                "PATCH",
                second,
                "two".getBytes(StandardCharsets.US_ASCII),
                "Content-Type",
                "application/offset+octet-stream",
                "Upload-Offset",
                "0",
                "Upload-Length",
                "3");

        // then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(unfinished.statusCode()).isEqualTo(200);
        assertThat(unfinished.headers().firstValue("Upload-Length")).isEmpty();
        assertThat(unfinished.headers().firstValue("Upload-Offset")).isEmpty();
        assertThat(header(edge.tus("HEAD", path, NOTHING), "Upload-Offset")).isEqualTo("7");
        assertThat(edge.download(path).body())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("one two");
    }

    @Test
    void shouldMeanTheSameWhenItIsRepeatedAfterItsAnswerWasLost() {
        String concat = "final;" + partial(edge, "again");
        String first = header(edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", concat), "Location");
        String again = header(other.tus("POST", "/uploads", NOTHING, "Upload-Concat", concat), "Location");
        assertThat(again).isEqualTo(first);

        // but not once it is gone
        edge.tus("DELETE", first, NOTHING);
        HttpResponse<String> anew = edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", concat);
        assertThat(anew.statusCode()).isEqualTo(201);
        assertThat(header(anew, "Location")).isNotEqualTo(first);
    }

    @Test
    void shouldRefuseWhatCannotBeComposed() {
        String part = partial(edge, "part");
        String whole = edge.create(0);
        for (String concat : new String[] {
            "final;" + whole, "final;/uploads/" + Ids.create(Ids.FILE, 0), "final;nonsense", "final;", "part"
        }) {
            assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", concat)
                            .statusCode())
                    .as(concat)
                    .isEqualTo(400);
        }
        assertThat(edge.tus("POST", "/uploads", NOTHING, "Upload-Concat", "final;" + part, "Upload-Length", "4")
                        .statusCode())
                .isEqualTo(400);
    }

    private static String partial(TestEdge edge, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        String path = edge.create(bytes.length, "Upload-Concat", "partial");
        assertThat(edge.patch(path, 0, bytes).statusCode()).isEqualTo(204);
        return path;
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
