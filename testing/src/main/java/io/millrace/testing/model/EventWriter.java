package io.millrace.testing.model;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes one answer as server-sent events. */
final class EventWriter {
    private static final int OK = 200;
    /** Announced and never reached: the server would end an answer of unknown length properly. */
    private static final long MORE_THAN_COMES = 1L << 40;

    private final HttpExchange exchange;
    private final Reply reply;
    private final CountDownLatch closed;
    private long length;
    private boolean begun;

    EventWriter(HttpExchange exchange, Reply reply, CountDownLatch closed) {
        this.exchange = exchange;
        this.reply = reply;
        this.closed = closed;
    }

    /** The answer will break off. */
    void announceMore() {
        length = MORE_THAN_COMES;
    }

    /** Writes the first tokens, at once; none when the answer is not streamed. */
    void write(int tokens) throws IOException, InterruptedException {
        if (reply.streamed() && tokens > 0) {
            write(Duration.ZERO, Duration.ZERO, tokens);
        }
    }

    /** Writes at most so many tokens. */
    void write(Duration first, Duration between, int most) throws IOException, InterruptedException {
        Iterator<String> tokens = reply.tokens().iterator();
        for (int written = 0; tokens.hasNext() && written < most; written++) {
            pause(written == 0 ? first : between);
            raw(reply.piece(tokens.next()));
        }
    }

    /** Writes so many tokens that say when. */
    void writeTimes(int count, Duration between) throws IOException, InterruptedException {
        for (int written = 0; written < count; written++) {
            pause(between);
            raw(reply.piece(System.nanoTime() + " "));
        }
    }

    void end() throws IOException {
        for (String event : reply.last()) {
            raw(event);
        }
        raw("[DONE]");
        exchange.getResponseBody().close();
    }

    /** Writes one event with this for its data. */
    void raw(String event) throws IOException {
        if (!begun) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(OK, length);
            begun = true;
        }
        OutputStream body = exchange.getResponseBody();
        body.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    /** Lets time pass, or less when the server closes. */
    void pause(Duration time) throws InterruptedException {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("the server closes");
        }
    }
}
