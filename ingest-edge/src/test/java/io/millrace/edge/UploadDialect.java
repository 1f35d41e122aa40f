package io.millrace.edge;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The protocols of {@code /uploads}, as a client speaks them. */
enum UploadDialect {
    TUS("application/offset+octet-stream", "Tus-Resumable", "1.0.0"),
    IETF_6("application/partial-upload", "Upload-Draft-Interop-Version", "6"),
    IETF_8("application/partial-upload", "Upload-Draft-Interop-Version", "8"),
    IETF_FINAL("application/partial-upload", "", "");

    private final String mediaType;
    private final String name;
    private final String value;

    UploadDialect(String mediaType, String name, String value) {
        this.mediaType = mediaType;
        this.name = name;
        this.value = value;
    }

    boolean isTus() {
        return this == TUS;
    }

    /** Creates an upload of this length, without bytes. */
    HttpResponse<String> create(TestEdge edge, long length, String... headers) {
        List<String> all = headers("Upload-Length", Long.toString(length));
        if (!isTus()) {
            all.addAll(List.of("Upload-Complete", "?0"));
        }
        all.addAll(List.of(headers));
        return edge.send("POST", "/uploads", BodyPublishers.noBody(), all.toArray(String[]::new));
    }

    String created(TestEdge edge, long length) {
        return create(edge, length).headers().firstValue("Location").orElseThrow();
    }

    HttpResponse<String> append(TestEdge edge, String path, long offset, byte[] body, boolean last) {
        return append(edge, path, offset, BodyPublishers.ofByteArray(body), last);
    }

    /** Appends without saying how much. */
    HttpResponse<String> appendStreamed(TestEdge edge, String path, long offset, byte[] body, boolean last) {
        return append(edge, path, offset, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), last);
    }

    private HttpResponse<String> append(TestEdge edge, String path, long offset, BodyPublisher body, boolean last) {
        List<String> all = headers("Content-Type", mediaType, "Upload-Offset", Long.toString(offset));
        if (!isTus()) {
            all.addAll(List.of("Upload-Complete", last ? "?1" : "?0"));
        }
        return edge.send("PATCH", path, body, all.toArray(String[]::new));
    }

    /** The head of an append of which every byte follows by hand. */
    String appendHead(String path, long offset, long length) {
        StringBuilder head = new StringBuilder("PATCH " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        List<String> all = headers(
                "Content-Type",
                mediaType,
                "Upload-Offset",
                Long.toString(offset),
                "Content-Length",
                Long.toString(length));
        if (!isTus()) {
            all.addAll(List.of("Upload-Complete", "?0"));
        }
        for (int i = 0; i < all.size(); i += 2) {
            head.append(all.get(i)).append(": ").append(all.get(i + 1)).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    HttpResponse<String> head(TestEdge edge, String path) {
        return edge.send("HEAD", path, BodyPublishers.noBody(), headers().toArray(String[]::new));
    }

    long offset(TestEdge edge, String path) {
        return head(edge, path).headers().firstValueAsLong("Upload-Offset").orElse(-1);
    }

    HttpResponse<String> delete(TestEdge edge, String path) {
        return edge.send("DELETE", path, BodyPublishers.noBody(), headers().toArray(String[]::new));
    }

    private List<String> headers(String... more) {
        List<String> all = new ArrayList<>(name.isEmpty() ? List.of() : List.of(name, value));
        all.addAll(List.of(more));
        return all;
    }
}
