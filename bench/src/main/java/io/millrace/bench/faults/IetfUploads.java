package io.millrace.bench.faults;

import com.google.protobuf.ByteString;
import io.millrace.bench.faults.Http.Ask;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;

/** Uploads a file in pieces by the IETF protocol over the bad link, and reads it back. */
final class IetfUploads implements Flow {
    private static final int LENGTH = 600_000;
    private static final int PIECE = 150_000;
    private static final ByteString NOTHING = ByteString.EMPTY;

    private final Http link;
    private final Downloads downloads;
    private final Watch watch;

    IetfUploads(Http link, Downloads downloads, Watch watch) {
        this.link = link;
        this.downloads = downloads;
        this.watch = watch;
    }

    @Override
    public String name() {
        return "IETF upload";
    }

    @Override
    public void round(long number) throws Exception {
        byte[] content = Contents.random(number, LENGTH);
        NoAcknowledgedByteResent resent = new NoAcknowledgedByteResent();
        String path;
        try (Track track = watch.stalls.begin("IETF upload")) {
            path = create(number);
            track.moved();
            long offset = 0;
            while (offset < LENGTH) {
                offset = append(path, content, (int) offset, resent);
                resent.told(offset);
                track.moved();
            }
        }
        watch.done(resent);
        watch.count("accepted: uploads by the IETF protocol");
        String id = path.substring(path.lastIndexOf('/') + 1);
        watch.files.sent(id, Contents.digest(content));
        downloads.check(id);
    }

    private String create(long number) throws IOException, InterruptedException {
        watch.written.begun();
        HttpResponse<byte[]> answer = link.send(new Ask(
                "POST", "/uploads", NOTHING, List.of("Upload-Complete", "?0", "Idempotency-Key", "ietf-" + number)));
        if (answer.statusCode() != 201) {
            throw new IOException("an upload was not created but answered with " + answer.statusCode());
        }
        return URI.create(answer.headers().firstValue("Location").orElseThrow()).getPath();
    }

    /** How far the upload is after one more piece, or after the attempt to send it. */
    private long append(String path, byte[] content, int offset, NoAcknowledgedByteResent resent)
            throws IOException, InterruptedException {
        int end = Math.min(LENGTH, offset + PIECE);
        resent.sent(offset, end - offset);
        watch.written.sent(end - offset);
        try {
            HttpResponse<byte[]> answer = link.once(new Ask(
                    "PATCH",
                    path,
                    ByteString.copyFrom(content, offset, end - offset),
                    List.of(
                            "Upload-Offset",
                            Integer.toString(offset),
                            "Upload-Complete",
                            end == LENGTH ? "?1" : "?0",
                            "Content-Type",
                            "application/partial-upload")));
            if (answer.statusCode() / 100 == 2) {
                return end;
            }
        } catch (IOException e) {
            watch.count("uploads: interrupted");
        }
        Http.pause();
        HttpResponse<byte[]> head = link.send(new Ask("HEAD", path, NOTHING, List.of()));
        long told = head.headers()
                .firstValueAsLong("Upload-Offset")
                .orElseThrow(() -> new IOException("no offset was told of " + path + ", but " + head.statusCode()));
        boolean complete =
                head.headers().firstValue("Upload-Complete").orElse("").equals("?1");
        // All bytes may be there while the word that this is all was lost: then the last piece is sent again, empty.
        return told < LENGTH || complete ? told : finish(path);
    }

    private long finish(String path) throws IOException, InterruptedException {
        link.send(new Ask(
                "PATCH",
                path,
                NOTHING,
                List.of(
                        "Upload-Offset",
                        Integer.toString(LENGTH),
                        "Upload-Complete",
                        "?1",
                        "Content-Type",
                        "application/partial-upload")));
        return LENGTH;
    }
}
