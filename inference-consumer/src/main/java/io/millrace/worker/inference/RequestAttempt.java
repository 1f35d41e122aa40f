package io.millrace.worker.inference;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request on its way through the worker; it ends once, whoever ends it. Thread-safe. */
public final class RequestAttempt {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final InferenceRequest request;
    private final Lane lane;
    private final int number;
    private final String nonce =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private final BiConsumer<RequestAttempt, Outcome> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long begunNanos = System.nanoTime();
    private @Nullable Runnable abort;

    /**
     * An attempt that begins.
     *
     * @param number which attempt at the request it is, from 1
     * @param onEnd what becomes of its outcome
     */
    public RequestAttempt(InferenceRequest request, Lane lane, int number, BiConsumer<RequestAttempt, Outcome> onEnd) {
        this.request = request;
        this.lane = lane;
        this.number = number;
        this.onEnd = onEnd;
    }

    /** What is asked, with its body. */
    public InferenceRequest request() {
        return request;
    }

    /** Where it came from. */
    public Lane lane() {
        return lane;
    }

    /** Which attempt at the request it is, from 1. */
    public int number() {
        return number;
    }

    /** Tells this attempt from every other. */
    public String nonce() {
        return nonce;
    }

    /** Time since it began. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /** Whether it has ended. */
    public boolean ended() {
        return ended.get();
    }

    /** Whether nobody needs its result any more. */
    public boolean isLate(InstantSource clock) {
        return request.getDeadlineMs() > 0 && clock.millis() > request.getDeadlineMs();
    }

    /** Time until its deadline. */
    public Duration left(InstantSource clock) {
        return request.getDeadlineMs() > 0 ? Duration.ofMillis(request.getDeadlineMs() - clock.millis()) : FOR_EVER;
    }

    /** Ends it with this, unless it has ended. */
    public void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            @Nullable Runnable running;
            synchronized (this) {
                running = abort;
                abort = null;
            }
            if (running != null) {
                running.run();
            }
            onEnd.accept(this, outcome);
        }
    }

    /**
     * What is under way for it, so that it can be stopped when the attempt ends in another way.
     *
     * @param stop called at most once; must not block
     * @return whether it may begin: false if the attempt has ended
     */
    public synchronized boolean begin(Runnable stop) {
        abort = stop;
        return !ended.get();
    }

    /** What was under way has ended by itself. */
    public synchronized void pause() {
        abort = null;
    }
}
