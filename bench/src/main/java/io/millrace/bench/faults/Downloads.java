package io.millrace.bench.faults;

import io.millrace.bench.faults.Http.Ask;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Reads accepted files back. */
final class Downloads {
    private final Http edges;
    private final Watch watch;

    Downloads(Http edges, Watch watch) {
        this.edges = edges;
        this.watch = watch;
    }

    /** Compares a file with what was sent. */
    void check(String id) throws IOException, InterruptedException {
        try (Track track = watch.stalls.begin("download")) {
            HttpResponse<byte[]> answer = edges.send(Ask.get("/v1/files/" + id + "/content"));
            track.moved();
            if (answer.statusCode() == 200) {
                watch.files.read(id, Contents.digest(answer.body()));
                watch.count("accepted: files read back");
            } else {
                watch.broken(id + " was accepted, but its content is answered with " + answer.statusCode() + ": "
                        + new String(answer.body(), StandardCharsets.UTF_8));
            }
        }
    }
}
