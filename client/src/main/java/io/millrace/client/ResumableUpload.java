package io.millrace.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a file by tus 1.0.0. Whatever breaks, it asks the server how far it is and goes on from there, until the file is
 * complete or nothing has moved for as long as patience lasts.
 */
public final class ResumableUpload {
    private static final String OFFSET = "Upload-Offset";

    private final HttpClient http;
    private final ClientOptions options;
    private final UploadListener listener;
    private final Meter meter = new Meter();

    ResumableUpload(HttpClient http, ClientOptions options, UploadListener listener) {
        this.http = http;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Sends the submission's file, or what is missing of it. For one call.
     *
     * @throws RefusedException if the server does not want the file
     * @throws UnreachableException if patience ended
     * @throws InputChangedException if the file is not the one any more whose upload was begun
     * @throws IOException if the file or the journal cannot be read or written
     */
    public UploadCounts send(Submission submission) throws ClientException, IOException, InterruptedException {
        Retries retries = new Retries(options, (reason, delay) -> {
            meter.interrupted();
            listener.interrupted(reason, delay);
        });
        long size = submission.file().size();
        try (FileChannel channel = FileChannel.open(Path.of(submission.file().path()), StandardOpenOption.READ)) {
            OptionalLong offset = OptionalLong.empty();
            while (offset.isEmpty() || offset.getAsLong() < size) {
                try {
                    checkUnchanged(submission);
                    offset = offset.isEmpty()
                            ? OptionalLong.of(offsetOrNew(submission))
                            : OptionalLong.of(sendPiece(submission, channel, offset.getAsLong()));
                    retries.progressed();
                    listener.acknowledged(offset.getAsLong());
                } catch (ComeBackLater later) {
                    offset = OptionalLong.empty();
                    retries.pause(later.status, later.headers);
                } catch (LinkBroken broken) {
                    offset = OptionalLong.empty();
                    retries.pause(broken.failure);
                }
            }
        }
        String path = submission.uploadUrl().orElseThrow().getPath();
        return meter.counts(path.substring(path.lastIndexOf('/') + 1), size);
    }

    /** How far the server is; creates the upload where there is none, or not any more. */
    private long offsetOrNew(Submission submission)
            throws ClientException, IOException, InterruptedException, ComeBackLater, LinkBroken {
        if (submission.uploadUrl().isPresent()) {
            HttpResponse<String> answer =
                    exchange(request(submission.uploadUrl().get())
                            .method("HEAD", BodyPublishers.noBody())
                            .build());
            if (answer.statusCode() / 100 == 2) {
                return offsetIn(answer);
            }
            if (!Answers.refusal(answer.statusCode(), "").isGone()) {
                throw Answers.refusal(answer.statusCode(), answer.body());
            }
            submission.uploadLost();
        }
        submission.uploadCreated(create(submission));
        return 0;
    }

    private URI create(Submission submission) throws ClientException, InterruptedException, ComeBackLater, LinkBroken {
        URI collection = options.at("/uploads");
        HttpResponse<String> answer = exchange(request(collection)
                .header("Upload-Length", Long.toString(submission.file().size()))
                .header("Upload-Metadata", metadata(submission.file()))
                .POST(BodyPublishers.noBody())
                .build());
        if (answer.statusCode() != 201) {
            throw Answers.refusal(answer.statusCode(), answer.body());
        }
        return answer.headers()
                .firstValue("Location")
                .map(collection::resolve)
                .orElseThrow(() -> new RefusedException(201, "", "the server did not say where the upload is"));
    }

    private long sendPiece(Submission submission, FileChannel channel, long from)
            throws RefusedException, InterruptedException, ComeBackLater, LinkBroken {
        long to = Math.min(submission.file().size(), from + options.pieceSize());
        BodyPublisher content = BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> new FileSlice(channel, from, to, this::moved)), to - from);
        HttpResponse<String> answer = exchange(request(submission.uploadUrl().orElseThrow())
                .header(OFFSET, Long.toString(from))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", content)
                .build());
        if (answer.statusCode() / 100 == 2) {
            return offsetIn(answer);
        }
        RefusedException refusal = Answers.refusal(answer.statusCode(), answer.body());
        if (refusal.isGone() || refusal.status() == 409) {
            // The server is elsewhere than we believed: ask it, after a pause so that two who disagree do not spin.
            throw new ComeBackLater(answer.statusCode(), answer.headers());
        }
        throw refusal;
    }

    private void moved(long from, long to) {
        meter.sent(from, to);
        listener.sent(from, to);
    }

    private HttpRequest.Builder request(URI target) {
        return HttpRequest.newBuilder(target).header("Tus-Resumable", "1.0.0");
    }

    /** Sends, and waits for the answer as long as bytes keep moving. */
    private HttpResponse<String> exchange(HttpRequest request) throws InterruptedException, ComeBackLater, LinkBroken {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, BodyHandlers.ofString());
        long moved = meter.sent();
        while (true) {
            try {
                HttpResponse<String> response = answer.get(options.silence().toMillis(), TimeUnit.MILLISECONDS);
                if (Retries.isRetryable(response.statusCode())) {
                    throw new ComeBackLater(response.statusCode(), response.headers());
                }
                return response;
            } catch (TimeoutException e) {
                if (meter.sent() == moved) {
                    answer.cancel(true);
                    Duration silence = options.silence();
                    throw new LinkBroken(new IOException("nothing moved for " + silence.toSeconds() + " s"));
                }
                moved = meter.sent();
            } catch (ExecutionException e) {
                throw new LinkBroken(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                answer.cancel(true);
                throw e;
            }
        }
    }

    private static void checkUnchanged(Submission submission) throws InputChangedException, IOException {
        Path file = Path.of(submission.file().path());
        if (!FileFingerprint.of(file).equals(submission.file())) {
            throw new InputChangedException(file);
        }
    }

    private static long offsetIn(HttpResponse<String> answer) throws RefusedException {
        return answer.headers()
                .firstValueAsLong(OFFSET)
                .orElseThrow(() ->
                        new RefusedException(answer.statusCode(), "", "the server did not say how far the upload is"));
    }

    private static String metadata(FileFingerprint file) {
        return "filename " + base64(file.name()) + ",filetype " + base64("application/jsonl") + ",purpose "
                + base64("batch");
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The server asks to come back; nobody outside sees this. */
    private static final class ComeBackLater extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient HttpHeaders headers;

        ComeBackLater(int status, HttpHeaders headers) {
            super(null, null, false, false);
            this.status = status;
            this.headers = headers;
        }
    }

    /** The connection broke, as opposed to the file or the journal; nobody outside sees this. */
    private static final class LinkBroken extends Exception {
        private static final long serialVersionUID = 1L;
        private final Throwable failure;

        LinkBroken(Throwable failure) {
            super(null, failure, false, false);
            this.failure = failure;
        }
    }
}
