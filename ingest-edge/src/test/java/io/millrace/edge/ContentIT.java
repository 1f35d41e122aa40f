package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentIT {
    private static final byte[] CONTENT = new byte[3_000_000];

    private TestEdge edge;
    private String path;

    @BeforeAll
    void start(KafkaCluster kafka) {
        new Random(1).nextBytes(CONTENT);
        edge = new TestEdge(kafka, "edge.max_downloads=1");
        path = edge.create(CONTENT.length, "Upload-Metadata", "filename YSBiLnR4dA==,filetype dGV4dC9wbGFpbg==");
        edge.patch(path, 0, Arrays.copyOf(CONTENT, 700_001));
        edge.patch(path, 700_001, Arrays.copyOfRange(CONTENT, 700_001, CONTENT.length));
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    void shouldGiveOutTheWholeContent() {
        for (String at : new String[] {path, "/v1/files/" + TestEdge.idOf(path) + "/content"}) {
            HttpResponse<byte[]> whole = edge.download(at);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(CONTENT);
            assertThat(header(whole, "Content-Length")).isEqualTo("3000000");
            assertThat(header(whole, "Content-Type")).isEqualTo("text/plain");
            assertThat(header(whole, "Content-Disposition")).isEqualTo("attachment; filename*=UTF-8''a%20b.txt");
            assertThat(header(whole, "Accept-Ranges")).isEqualTo("bytes");
        }
    }

    @Test
    void shouldGoOnWithADownloadThatBrokeOff() {
        // given
        String tag = header(edge.download(path, "Range", "bytes=0-0"), "ETag");

        // when
        HttpResponse<byte[]> rest = edge.download(path, "Range", "bytes=700000-1800000", "If-Range", tag);
        HttpResponse<byte[]> changed = edge.download(path, "Range", "bytes=700000-", "If-Range", "\"other\"");

        // then
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(header(rest, "Content-Range")).isEqualTo("bytes 700000-1800000/3000000");
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 700_000, 1_800_001));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo(CONTENT);
    }

    @Test
    void shouldSendNothingThatTheClientHasOrThatIsNotThere() {
        String tag = header(edge.download(path, "Range", "bytes=0-0"), "ETag");
        assertThat(edge.download(path, "If-None-Match", "\"x\", " + tag).statusCode())
                .isEqualTo(304);
        HttpResponse<byte[]> beyond = edge.download(path, "Range", "bytes=3000000-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */3000000");
        assertThat(edge.download(edge.create(0)).body()).isEmpty();
        assertThat(edge.download(edge.create(5)).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldStopReadingWhenTheClientGoes() throws IOException {
        // given: a client that takes nothing, and with that the only download there may be
        try (Socket idle = new Socket()) {
            idle.setReceiveBufferSize(4096);
            idle.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port()));
            idle.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(idle.getInputStream().read()).isEqualTo('H');
            assertThat(edge.download(path).statusCode()).isEqualTo(429);
        }

        // then
        Eventually.check(() -> edge.download(path).statusCode() == 200, "the place to be free again");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
