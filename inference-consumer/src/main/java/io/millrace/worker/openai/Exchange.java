package io.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.millrace.runtime.config.OpenAiSettings.Timeouts;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.worker.openai.Reply.Cause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One try of one request at one server. It runs on a thread of its own, which waits for the server; other threads may stop
 * it, and tell it the time.
 */
final class Exchange {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DONE = "[DONE]";
    private static final String DATA = "data:";
    private static final int OK = 200;
    private static final int REDIRECTS = 300;
    /** A token in an event takes that many times the bytes that it takes in the whole answer. */
    private static final int EVENT_OVERHEAD = 64;

    private final HttpClient client;
    private final HttpRequest request;
    private final boolean streamed;
    private final Timeouts timeouts;
    private final long maxBytes;
    private final Consumer<String> text;
    private final long begunNanos = System.nanoTime();
    private long firstNanos;
    private volatile long dueNanos;
    private @Nullable Thread thread;
    private boolean stopped;
    private boolean timedOut;

    /**
     * A try that has not begun.
     *
     * @param maxBytes the longest answer
     * @param text takes the pieces of a streamed text, on the exchange's thread
     */
    Exchange(
            HttpClient client,
            HttpRequest request,
            boolean streamed,
            Timeouts timeouts,
            long maxBytes,
            Consumer<String> text) {
        this.client = client;
        this.request = request;
        this.streamed = streamed;
        this.timeouts = timeouts;
        this.maxBytes = maxBytes;
        this.text = text;
        waitFor(streamed ? timeouts.firstToken() : timeouts.total());
    }

    /** Asks the server and waits for its answer. */
    Reply run() {
        if (!enter()) {
            return new Reply.Withdrawn();
        }
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = new BoundedStream(response.body(), maxBytes * EVENT_OVERHEAD)) {
                return read(response, body);
            }
        } catch (BoundedStream.TooLongException e) {
            return tooLong();
        } catch (ConnectException | HttpConnectTimeoutException | SSLException e) {
            return why(new Reply.Refused(Cause.UNREACHABLE, "the model server cannot be reached", Duration.ZERO));
        } catch (IOException e) {
            return why(new Reply.Broken(Cause.CUT, "the model server's answer broke off"));
        } catch (InterruptedException e) {
            return why(new Reply.Withdrawn());
        } finally {
            leave();
        }
    }

    /** Nobody wants the answer any more. Does not block. */
    synchronized void stop() {
        stopped = true;
        interrupt();
    }

    /** Gives up when the server is silent for too long. Does not block. */
    synchronized void tick(long nowNanos) {
        if (nowNanos - dueNanos >= 0 && !stopped) {
            timedOut = true;
            interrupt();
        }
    }

    /** How long it has been under way. */
    long tookNanos() {
        return System.nanoTime() - begunNanos;
    }

    private synchronized boolean enter() {
        thread = Thread.currentThread();
        return !stopped;
    }

    private synchronized void leave() {
        thread = null;
        boolean unused = Thread.interrupted();
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** What a failure means, which may be our own doing. */
    private synchronized Reply why(Reply failure) {
        if (stopped) {
            return new Reply.Withdrawn();
        }
        return timedOut ? new Reply.Broken(Cause.SILENT, "the model server did not answer in time") : failure;
    }

    /** The server has so much time from now, and not longer than for everything. */
    private void waitFor(Duration next) {
        dueNanos = Math.min(
                System.nanoTime() + next.toNanos(),
                begunNanos + timeouts.total().toNanos());
    }

    private Reply read(HttpResponse<InputStream> response, InputStream body) throws IOException {
        int status = response.statusCode();
        if (status < OK || status >= REDIRECTS) {
            return ServerErrors.classify(status, response.headers(), body.readNBytes((int) maxBytes), Instant.now());
        }
        boolean events =
                response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
        return streamed && events ? readEvents(body) : readWhole(body);
    }

    private Reply readWhole(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes((int) maxBytes + 1);
        if (bytes.length > maxBytes) {
            return tooLong();
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(bytes);
        } catch (IOException e) {
            return malformed();
        }
        return answer instanceof ObjectNode object ? answered(object) : malformed();
    }

    private Reply readEvents(InputStream body) throws IOException {
        StreamedAnswer answer = new StreamedAnswer();
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        boolean done = false;
        for (String line = lines.readLine(); line != null && !done; line = done ? null : lines.readLine()) {
            if (!line.startsWith(DATA)) {
                continue;
            }
            String event = line.substring(DATA.length()).strip();
            done = event.equals(DONE);
            if (!done) {
                if (firstNanos == 0) {
                    firstNanos = tookNanos();
                }
                waitFor(timeouts.betweenTokens());
                try {
                    text.accept(answer.add(event));
                } catch (IOException e) {
                    return new Reply.Broken(Cause.MALFORMED, "the model server broke its stream: " + e.getMessage());
                }
            }
        }
        if (!answer.finished()) {
            return new Reply.Broken(Cause.CUT, "the model server's answer broke off");
        }
        return answered(answer.whole());
    }

    private Reply answered(ObjectNode answer) {
        JsonNode usage = answer.path("usage");
        long tokens = usage.path("completion_tokens")
                .asLong(usage.path("total_tokens").asLong());
        return new Reply.Answered(
                ByteString.copyFromUtf8(answer.toString()), firstNanos == 0 ? tookNanos() : firstNanos, tokens);
    }

    private Reply tooLong() {
        return new Reply.Rejected(
                ErrorCode.MODEL_FAILED.code(), "the answer is longer than the limit of " + maxBytes + " bytes");
    }

    private static Reply malformed() {
        return new Reply.Broken(Cause.MALFORMED, "the model server's answer is no JSON object");
    }
}
