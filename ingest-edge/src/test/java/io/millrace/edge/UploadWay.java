package io.millrace.edge;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.v1.IngestAck;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestServerFrame;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;

/** The ways of uploading, each as its clients use it, behind one set of steps. */
enum UploadWay {
    TUS {
        @Override
        Going begin(TestEdge edge, long length) {
            return began(UploadDialect.TUS.create(edge, length));
        }

        @Override
        void send(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            append(UploadDialect.TUS, edge, upload.name(), offset, bytes, length, 204);
        }

        @Override
        void repeat(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            append(UploadDialect.TUS, edge, upload.name(), offset, bytes, length, 409);
        }
    },
    IETF {
        @Override
        Going begin(TestEdge edge, long length) {
            return began(UploadDialect.IETF_8.create(edge, length));
        }

        @Override
        void send(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            append(UploadDialect.IETF_8, edge, upload.name(), offset, bytes, length, 200, 201, 204);
        }

        @Override
        void repeat(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            append(UploadDialect.IETF_8, edge, upload.name(), offset, bytes, length, 409);
        }
    },
    /** Every step over a connection of its own, as after a cut. */
    NATIVE {
        @Override
        Going begin(TestEdge edge, long length) {
            String key = "every-" + UUID.randomUUID();
            try (NativePeer peer = new NativePeer(edge.port())) {
                IngestServerFrame answer =
                        peer.open(opening(key, length)).await(frame -> frame.hasOpened() || frame.hasRefused());
                return answer.hasOpened()
                        ? new Going(key, "")
                        : new Going("", answer.getRefused().getCode());
            }
        }

        @Override
        void send(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            try (NativePeer peer = new NativePeer(edge.port())) {
                IngestAck there = peer.open(opening(upload.name(), length))
                        .await(IngestServerFrame::hasOpened)
                        .getOpened()
                        .getThere();
                long sequence = offset == 0 ? 0 : there.getNext();
                peer.chunk(1, sequence, offset, bytes).awaitNext(1, sequence + 1);
            }
        }

        @Override
        void repeat(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            send(edge, upload, offset, bytes, length);
        }

        @Override
        String finish(TestEdge edge, Going upload, int length) {
            try (NativePeer peer = new NativePeer(edge.port())) {
                IngestAck there = peer.open(opening(upload.name(), length))
                        .await(IngestServerFrame::hasOpened)
                        .getOpened()
                        .getThere();
                return peer.complete(1, there.getEnd())
                        .await(IngestServerFrame::hasCompleted)
                        .getCompleted()
                        .getUploadId();
            }
        }

        private IngestOpen.Builder opening(String key, long length) {
            return IngestOpen.newBuilder()
                    .setUpload(1)
                    .setIdempotencyKey(key)
                    .setFilename("every")
                    .setLength(length);
        }
    },
    /** A part for every step; one that is sent twice is named once. */
    OPENAI {
        @Override
        Going begin(TestEdge edge, long length) {
            HttpResponse<String> answer =
                    edge.json("POST", "/v1/uploads", "{'purpose':'batch','filename':'every','bytes':" + length + "}");
            JsonNode json = json(answer);
            return answer.statusCode() == 200
                    ? new Going(json.path("id").asText(), "")
                    : new Going("", json.path("error").path("code").asText());
        }

        @Override
        void send(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            HttpResponse<String> answer = edge.send(
                    "POST",
                    "/v1/uploads/" + upload.name() + "/parts",
                    BodyPublishers.concat(
                            BodyPublishers.ofString(
                                    "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n\r\n"),
                            BodyPublishers.ofByteArray(bytes),
                            BodyPublishers.ofString("\r\n--x--\r\n")),
                    "Content-Type",
                    "multipart/form-data; boundary=x");
            Assertions.assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            upload.parts().add(json(answer).path("id").asText());
        }

        @Override
        void repeat(TestEdge edge, Going upload, int offset, byte[] bytes, int length) {
            send(edge, upload, offset, bytes, length);
            upload.parts().removeLast();
        }

        @Override
        String finish(TestEdge edge, Going upload, int length) {
            String names = "'" + String.join("','", upload.parts()) + "'";
            HttpResponse<String> answer =
                    edge.json("POST", "/v1/uploads/" + upload.name() + "/complete", "{'part_ids':[" + names + "]}");
            Assertions.assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer).path("file").path("id").asText();
        }
    };

    /** What a beginning gave: the name by which the upload goes on, or the code of a refusal; and the parts sent since. */
    record Going(String name, String refusal, List<String> parts) {
        Going(String name, String refusal) {
            this(name, refusal, new ArrayList<>());
        }

        Going orThrow() {
            Assertions.assertThat(refusal).isEmpty();
            return this;
        }
    }

    abstract Going begin(TestEdge edge, long length);

    /** Sends bytes for a place, which are durable afterwards. */
    abstract void send(TestEdge edge, Going upload, int offset, byte[] bytes, int length);

    /** Sends bytes that are there, as a client does that did not hear so; nothing changes. */
    abstract void repeat(TestEdge edge, Going upload, int offset, byte[] bytes, int length);

    /** Ends the upload where that needs a word; returns the file. */
    String finish(TestEdge edge, Going upload, int length) {
        return TestEdge.idOf(upload.name());
    }

    private static void append(
            UploadDialect dialect, TestEdge edge, String path, int offset, byte[] bytes, int length, int... statuses) {
        HttpResponse<String> answer = dialect.append(edge, path, offset, bytes, offset + bytes.length == length);
        Assertions.assertThat(IntStream.of(statuses).boxed()).contains(answer.statusCode());
    }

    private static Going began(HttpResponse<String> answer) {
        return answer.statusCode() == 201
                ? new Going(answer.headers().firstValue("Location").orElseThrow(), "")
                : new Going("", json(answer).path("type").asText().replaceFirst(".*:", ""));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
