package io.millrace.worker.openai;

import com.google.protobuf.ByteString;
import io.millrace.worker.core.ServerPool.Ending;
import java.time.Duration;

/** How one try at a model server ended. */
sealed interface Reply {
    /**
     * It answered.
     *
     * @param firstNanos time until the first token, or the whole where nothing is streamed
     * @param tokens how many tokens the model made, as far as it says
     */
    record Answered(ByteString body, long firstNanos, long tokens) implements Reply {}

    /** The request is wrong; code and message are the server's. */
    record Rejected(String code, String message) implements Reply {}

    /**
     * It did not take the request: too much to do, not there, or not for us.
     *
     * @param retryAfter how long it asked to be left alone; zero if it did not say
     */
    record Refused(Cause cause, String message, Duration retryAfter) implements Reply {}

    /** It took the request and failed. */
    record Broken(Cause cause, String message) implements Reply {}

    /** Nobody wants the answer any more. */
    record Withdrawn() implements Reply {}

    /**
     * What it says about the server.
     *
     * @param tookNanos how long the try was under way
     */
    default Ending ending(long tookNanos) {
        return switch (this) {
            case Answered answered -> new Ending.Answered(answered.firstNanos());
            case Rejected rejected -> new Ending.Answered(tookNanos);
            case Refused refused ->
                refused.cause() == Cause.OVERLOADED
                        ? new Ending.Overloaded(tookNanos, refused.retryAfter())
                        : new Ending.Broken();
            case Broken broken ->
                broken.cause() == Cause.SILENT ? new Ending.Overloaded(tookNanos, Duration.ZERO) : new Ending.Broken();
            case Withdrawn withdrawn -> new Ending.Withdrawn();
        };
    }

    /** Why a try has to be repeated. */
    enum Cause {
        /** 429 or 503. */
        OVERLOADED,
        /** No connection. */
        UNREACHABLE,
        /** 401 or 403. */
        UNAUTHORISED,
        /** 5xx. */
        SERVER_ERROR,
        /** The answer broke off. */
        CUT,
        /** The answer is not what the protocol says. */
        MALFORMED,
        /** A time-out. */
        SILENT
    }
}
