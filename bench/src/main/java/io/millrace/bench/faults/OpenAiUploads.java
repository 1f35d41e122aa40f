package io.millrace.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.millrace.bench.faults.Http.Ask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Uploads a file in parts by OpenAI's interface over the bad link, and reads it back. */
final class OpenAiUploads implements Flow {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LENGTH = 400_000;
    private static final int PART = 160_000;

    private final Http link;
    private final Downloads downloads;
    private final Watch watch;

    OpenAiUploads(Http link, Downloads downloads, Watch watch) {
        this.link = link;
        this.downloads = downloads;
        this.watch = watch;
    }

    @Override
    public String name() {
        return "OpenAI upload";
    }

    @Override
    public void round(long number) throws Exception {
        byte[] content = Contents.random(number, LENGTH);
        String file;
        try (Track track = watch.stalls.begin("OpenAI upload")) {
            watch.written.begun();
            String upload = answered(Ask.json(
                            "/v1/uploads",
                            "{\"purpose\":\"user_data\",\"filename\":\"f" + number
                                    + ".bin\",\"mime_type\":\"text/plain\",\"bytes\":" + LENGTH + "}"))
                    .path("id")
                    .asText();
            track.moved();
            List<String> parts = new ArrayList<>();
            for (int from = 0; from < LENGTH; from += PART) {
                byte[] part = Arrays.copyOfRange(content, from, Math.min(LENGTH, from + PART));
                parts.add(part("/v1/uploads/" + upload + "/parts", part));
                track.moved();
            }
            String ids = parts.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]"));
            file = answered(Ask.json("/v1/uploads/" + upload + "/complete", "{\"part_ids\":" + ids + "}"))
                    .path("file")
                    .path("id")
                    .asText();
        }
        watch.count("accepted: uploads by OpenAI's interface");
        watch.files.sent(file, Contents.digest(content));
        downloads.check(file);
    }

    private String part(String path, byte[] content) throws IOException, InterruptedException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes("--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"p\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        form.writeBytes(content);
        form.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
        Ask ask = new Ask(
                "POST",
                path,
                ByteString.copyFrom(form.toByteArray()),
                List.of("Content-Type", "multipart/form-data; boundary=x"));
        return answered(ask).path("id").asText();
    }

    /** Sends until it is answered; every attempt may have stored its bytes. */
    private JsonNode answered(Ask ask) throws IOException, InterruptedException {
        boolean part = ask.path().endsWith("/parts");
        HttpResponse<byte[]> answer = link.send(ask, () -> {
            if (part) {
                watch.written.begun();
                watch.written.sent(ask.body().size());
            }
        });
        if (answer.statusCode() != 200) {
            throw new IOException(ask.path() + " was answered with " + answer.statusCode() + ": "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return JSON.readTree(answer.body());
    }
}
