package io.millrace.worker.openai;

import io.millrace.worker.core.DeltaBuffer;
import io.millrace.worker.inference.DeltaSink;
import io.millrace.worker.inference.RequestAttempt;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt in the runner, from the first try to the last. The pieces of its text start again with every try, because
 * another try is another text.
 */
final class RunningRequest {
    private static final long WHOLE_TEXT_NANOS = Duration.ofSeconds(1).toNanos();

    private final RequestAttempt attempt;
    private final ServerRequest request;
    private final DeltaSink deltas;
    private DeltaBuffer buffer = new DeltaBuffer(0, WHOLE_TEXT_NANOS);
    private int counted;
    private int failures;

    RunningRequest(RequestAttempt attempt, ServerRequest request, DeltaSink deltas) {
        this.attempt = attempt;
        this.request = request;
        this.deltas = deltas;
        // What was begun before counts too: its worker died of it, perhaps.
        this.counted = attempt.number() - 1;
    }

    RequestAttempt attempt() {
        return attempt;
    }

    ServerRequest request() {
        return request;
    }

    /** A try begins. */
    synchronized void begin(Duration gather) {
        buffer = new DeltaBuffer(gather.toNanos(), WHOLE_TEXT_NANOS);
    }

    /** The text goes on. */
    synchronized void add(String text) {
        buffer.add(text);
        send(buffer.due(System.nanoTime()));
    }

    /** Sends what has waited long enough. */
    synchronized void tick(long nowNanos) {
        send(buffer.due(nowNanos));
    }

    /** Sends the rest. */
    synchronized void flush() {
        send(buffer.flush(System.nanoTime()));
    }

    /** A try failed. */
    void failed(boolean counts) {
        failures++;
        counted += counts ? 1 : 0;
    }

    int counted() {
        return counted;
    }

    int failures() {
        return failures;
    }

    private void send(Optional<DeltaBuffer.Piece> piece) {
        piece.filter(some -> !attempt.ended()).ifPresent(some -> deltas.send(attempt, some));
    }
}
