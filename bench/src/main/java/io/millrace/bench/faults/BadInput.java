package io.millrace.bench.faults;

import com.google.protobuf.ByteString;
import io.millrace.bench.faults.Http.Ask;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Sends what makes no sense, and wants to be told so. */
final class BadInput implements Flow {
    private static final List<Ask> ALL = List.of(
            Ask.json("/v1/embeddings", "{\"model\":"),
            Ask.json("/v1/embeddings", "{\"model\":\"nobody\",\"input\":\"x\"}"),
            Ask.json("/v1/embeddings", "{\"model\":\"" + Contents.MODEL + "\"}"),
            Ask.json("/v1/batches", "{\"input_file_id\":7}"),
            Ask.json(
                    "/v1/batches",
                    "{\"input_file_id\":\"file-00000000000000000000000000\",\"endpoint\":\"/v1/embeddings\"}"),
            Ask.get("/v1/files/nothing"),
            Ask.get("/v1/batches/batch_00000000000000000000000000"),
            new Ask("POST", "/uploads", ByteString.EMPTY, List.of("Tus-Resumable", "1.0.0", "Upload-Length", "many")),
            new Ask(
                    "POST",
                    "/v1/files",
                    ByteString.copyFromUtf8("no form"),
                    List.of("Content-Type", "multipart/form-data; boundary=x")));

    private final Http edges;
    private final Watch watch;

    BadInput(Http edges, Watch watch) {
        this.edges = edges;
        this.watch = watch;
    }

    @Override
    public String name() {
        return "bad input";
    }

    @Override
    public void round(long number) throws Exception {
        Ask ask = ALL.get((int) (number % ALL.size()));
        try (Track track = watch.stalls.begin("bad input")) {
            HttpResponse<byte[]> answer = edges.send(ask);
            track.moved();
            watch.badInput.answered(
                    ask.method() + " " + ask.path(),
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public Duration distance() {
        return Duration.ofMillis(500);
    }
}
