package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every way of uploading does alike, native chunks and OpenAI's included; see {@link UploadContractIT} for more of HTTP. */
@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryUploadIT {
    private KafkaCluster kafka;
    private TestEdge edge;
    private TestEdge other;

    @BeforeAll
    void start(KafkaCluster cluster) {
        kafka = cluster;
        edge = new TestEdge(kafka);
        other = new TestEdge(kafka);
    }

    @AfterAll
    void stop() {
        edge.close();
        other.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldBecomeTheSameFileThroughTwoEdges(UploadWay way) {
        // given
        byte[] content = new byte[1_300_000];
        new Random(3).nextBytes(content);

        // when: the second half goes through another edge
        UploadWay.Going upload = way.begin(edge, content.length).orThrow();
        way.send(edge, upload, 0, Arrays.copyOf(content, 700_000), content.length);
        way.send(other, upload, 700_000, Arrays.copyOfRange(content, 700_000, content.length), content.length);
        String file = way.finish(edge, upload, content.length);

        // then
        assertThat(other.download("/v1/files/" + file + "/content").body()).isEqualTo(content);
        assertThat(edge.download("/uploads/" + file, "Range", "bytes=699999-700000")
                        .body())
                .isEqualTo(Arrays.copyOfRange(content, 699_999, 700_001));
        assertThat(new String(other.download("/v1/files/" + file).body(), StandardCharsets.UTF_8))
                .contains("\"bytes\":" + content.length);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeTheSameBytesAgain(UploadWay way) {
        // given
        byte[] content = "abcdef".getBytes(StandardCharsets.US_ASCII);
        UploadWay.Going upload = way.begin(edge, 6).orThrow();
        way.send(edge, upload, 0, Arrays.copyOf(content, 3), 6);

        // when: the answer to the first bytes was lost
        way.repeat(other, upload, 0, Arrays.copyOf(content, 3), 6);
        way.send(other, upload, 3, Arrays.copyOfRange(content, 3, 6), 6);

        // then
        String file = way.finish(other, upload, 6);
        assertThat(edge.download("/v1/files/" + file + "/content").body()).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayThatAFileCannotBeReadNowWhileAnInstanceIsBehind(UploadWay way) {
        // given
        String file = fileOfThreeBytes(way);

        // when
        edge.services().fallBehind(true);
        HttpResponse<byte[]> early = edge.download("/v1/files/" + file + "/content");
        edge.services().fallBehind(false);

        // then: not that its content is gone
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.headers().firstValue("Retry-After")).isPresent();
        assertThat(edge.download("/v1/files/" + file + "/content").body()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeReadableWhileAnotherInstanceDoesAgainWhatWasNotDurable(UploadWay way) {
        // given
        String file = fileOfThreeBytes(way);

        // when
        edge.services().takeOver(true);
        HttpResponse<byte[]> asFile = edge.download("/v1/files/" + file + "/content");
        HttpResponse<byte[]> asUpload = edge.download("/uploads/" + file);
        HttpResponse<byte[]> described = edge.download("/v1/files/" + file);
        edge.services().takeOver(false);

        // then
        assertThat(asFile.body()).hasSize(3);
        assertThat(asUpload.body()).hasSize(3);
        assertThat(described.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseWhatIsTooLarge(UploadWay way) {
        assertThat(way.begin(edge, TestEdge.MAX_UPLOAD).refusal()).isEmpty();
        assertThat(way.begin(edge, TestEdge.MAX_UPLOAD + 1L).refusal()).contains("upload_too_large");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseWhenTooMuchIsOpen(UploadWay way) {
        for (String limit : new String[] {
            "edge.max_open_uploads=1",
            "edge.max_open_bytes=1KiB",
            "edge.max_open_uploads_of_all=1",
            "edge.max_open_bytes_of_all=1KiB"
        }) {
            try (TestEdge strict = new TestEdge(kafka, limit)) {
                way.begin(edge, 2000).orThrow();
                assertThat(way.begin(strict, 2000).refusal()).as(limit).contains("too_many_requests");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeGoneForEverybodyAfterTheFileIsDeleted(UploadWay way) {
        // given
        String file = fileOfThreeBytes(way);

        // when
        int deleted = edge.tus("DELETE", "/uploads/" + file, new byte[0]).statusCode();

        // then
        assertThat(deleted).isEqualTo(204);
        assertThat(other.download("/v1/files/" + file + "/content").statusCode())
                .isEqualTo(404);
        assertThat(other.tus("HEAD", "/uploads/" + file, new byte[0]).statusCode())
                .isEqualTo(410);
    }

    private String fileOfThreeBytes(UploadWay way) {
        UploadWay.Going upload = way.begin(edge, 3).orThrow();
        way.send(edge, upload, 0, new byte[3], 3);
        return way.finish(edge, upload, 3);
    }
}
