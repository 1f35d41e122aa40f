package io.millrace.edge.ingest;

import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.schemas.ChunkHeaders;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries one body into chunk records. Stops reading while too much is on its way to the brokers and ends when all that it
 * wrote is acknowledged. Everything happens on the event loop on which it was made.
 */
final class BodyPump {
    /** More of one upload are not kept waiting for their commit. */
    private static final int MOST_PROVISIONAL_PIECES = 16_000;

    private final Vertx vertx;
    private final Context context;
    private final ChunkProducer chunks;
    private final IngestLimits limits;
    private final Upload upload;
    private final UploadBody body;
    private final PieceBuffer buffer;
    private final Optional<BodyCheck> check;
    private final Map<String, String> headers;
    private final Promise<Result> done = Promise.promise();

    private long room;
    private long next;
    private long acknowledged;
    private long inFlight;
    private boolean flushing;
    private boolean ended;
    private boolean overflowed;
    private boolean brokenOff;
    private boolean paused;
    private boolean waitingForRoom;
    private @Nullable Throwable failure;
    private @Nullable Long flushTimer;
    private long rateTimer;
    private long inWindow;
    private boolean pausedInWindow;
    private int pieces;

    /** What became of a body: the offset up to which all is acknowledged, and whether it was too long or cut. */
    record Result(long reached, boolean overflowed, boolean brokenOff) {}

    /**
     * A pump for a body that begins at the upload's offset and of which this many bytes count.
     *
     * @param append the append that must be committed before anything counts, if the body is checked
     */
    BodyPump(
            Vertx vertx,
            ChunkProducer chunks,
            IngestLimits limits,
            Upload upload,
            long room,
            UploadBody body,
            Optional<String> append) {
        this.check = body.check();
        this.headers = append.map(id -> Map.of(ChunkHeaders.APPEND, id)).orElse(Map.of());
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.chunks = chunks;
        this.limits = limits;
        this.upload = upload;
        this.body = body;
        this.buffer = new PieceBuffer(limits.chunkSize());
        this.room = room;
        this.next = upload.offset();
        this.acknowledged = upload.offset();
    }

    /** Starts reading. Fails only when the brokers do not take the bytes. */
    Future<Result> start() {
        rateTimer = vertx.setPeriodic(limits.minBodyWindow().toMillis(), fired -> checkRate());
        body.read(this::receive, end -> end(), cut -> {
            brokenOff = !ended;
            end();
        });
        return done.future();
    }

    private void receive(Buffer bytes) {
        if (ended) {
            return;
        }
        inWindow += bytes.length();
        int fitting = (int) Math.min(bytes.length(), room);
        room -= fitting;
        Buffer counting = fitting == bytes.length() ? bytes : bytes.slice(0, fitting);
        check.ifPresent(condition -> condition.update(counting));
        buffer.add(counting);
        if (fitting < bytes.length()) {
            overflowed = true;
            end();
        } else {
            advance();
        }
    }

    /** A body that hardly moves holds a socket and a buffer; what it brought stays. Our own pauses are not held against it. */
    private void checkRate() {
        if (!pausedInWindow && inWindow < limits.minBodyBytes()) {
            brokenOff = !ended;
            end();
        }
        inWindow = 0;
        pausedInWindow = paused;
    }

    private void end() {
        vertx.cancelTimer(rateTimer);
        if (!ended) {
            ended = true;
            flushing = true;
            advance();
        }
    }

    /** Sends what can be sent, then reads on, waits, or finishes. */
    private void advance() {
        if (check.isPresent() && pieces > MOST_PROVISIONAL_PIECES && failure == null) {
            failure = IngestService.tooLarge(next - upload.offset());
            ended = true;
        }
        while (failure == null && hasPiece() && mayStart()) {
            send();
        }
        flushing &= !buffer.isEmpty();
        boolean stuck = failure == null && hasPiece();
        if (stuck && inFlight == 0) {
            waitForRoom();
        }
        if (ended) {
            finishWhenSettled(stuck);
        } else {
            pauseWhile(stuck);
            flushLater();
        }
    }

    private boolean hasPiece() {
        return buffer.hasFullPiece() || (flushing && !buffer.isEmpty());
    }

    private boolean mayStart() {
        return inFlight < limits.maxInFlight() && chunks.room();
    }

    private void pauseWhile(boolean stuck) {
        if (stuck && !paused) {
            paused = true;
            pausedInWindow = true;
            body.pause();
        } else if (!stuck && paused) {
            paused = false;
            body.resume();
        }
    }

    /** Asked only with nothing of its own in flight: otherwise the next acknowledgement comes first. */
    private void waitForRoom() {
        if (!waitingForRoom) {
            waitingForRoom = true;
            chunks.onRoom(() -> context.runOnContext(now -> {
                waitingForRoom = false;
                advance();
            }));
        }
    }

    /** Slow bytes become durable too: they do not wait for a full piece for ever. */
    private void flushLater() {
        if (!buffer.isEmpty() && !flushing && flushTimer == null) {
            flushTimer = vertx.setTimer(limits.chunkDelay().toMillis(), fired -> {
                flushTimer = null;
                flushing = true;
                advance();
            });
        }
    }

    private void send() {
        stopTimer();
        byte[] piece = buffer.take();
        long offset = next;
        next += piece.length;
        inFlight += piece.length;
        pieces++;
        Future.fromCompletionStage(chunks.data(upload.tenant(), upload.id(), offset, piece, headers), context)
                .onComplete((to, failed) -> settled(offset, piece.length, failed));
    }

    private void settled(long offset, int length, @Nullable Throwable failed) {
        inFlight -= length;
        if (failed != null && failure == null) {
            failure = failed;
            ended = true;
        } else if (failure == null && acknowledged == offset) {
            acknowledged += length;
        }
        advance();
    }

    private void finishWhenSettled(boolean stuck) {
        stopTimer();
        vertx.cancelTimer(rateTimer);
        if (inFlight > 0 || stuck) {
            return;
        }
        if (failure != null) {
            done.tryFail(failure);
        } else {
            done.tryComplete(new Result(acknowledged, overflowed, brokenOff));
        }
    }

    private void stopTimer() {
        if (flushTimer != null) {
            vertx.cancelTimer(flushTimer);
            flushTimer = null;
        }
    }
}
