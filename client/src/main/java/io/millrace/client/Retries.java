package io.millrace.client;

import java.net.ConnectException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pauses after failures, and gives up when nothing has moved for too long. For one piece of work in one thread. */
final class Retries {
    private static final Duration NO_WISH = Duration.ZERO;

    private final ClientOptions options;
    private final LinkListener listener;
    private final Backoff backoff;
    private long lastProgress = System.nanoTime();

    Retries(ClientOptions options, LinkListener listener) {
        this.options = options;
        this.listener = listener;
        this.backoff = new Backoff(options.firstDelay(), options.longestDelay(), ThreadLocalRandom.current());
    }

    /** Something moved: patience and pauses begin anew. */
    void progressed() {
        lastProgress = System.nanoTime();
        backoff.reset();
    }

    /** Pauses after a failure of the link. */
    void pause(Throwable failure) throws UnreachableException, InterruptedException {
        pause(describe(failure), NO_WISH, failure);
    }

    /** Pauses after an answer that asks to come back later. */
    void pause(int status, HttpHeaders headers) throws UnreachableException, InterruptedException {
        pause("the server answered " + status, retryAfter(headers, Instant.now()), null);
    }

    private void pause(String reason, Duration wish, @Nullable Throwable cause)
            throws UnreachableException, InterruptedException {
        Duration idle = Duration.ofNanos(System.nanoTime() - lastProgress);
        Duration delay = backoff.next(wish);
        if (idle.plus(delay).compareTo(options.patience()) > 0) {
            throw new UnreachableException(
                    "gave up on " + options.server() + " after " + idle.toSeconds() + " s without progress: " + reason,
                    cause);
        }
        listener.interrupted(reason, delay);
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    }

    /** Whether an answer with this status asks to try the same again later. */
    static boolean isRetryable(int status) {
        return status == 423 || status == 429 || status == 502 || status == 503 || status == 504;
    }

    /** What {@code Retry-After} asks for, in either of its two forms; zero if it is not there or makes no sense. */
    static Duration retryAfter(HttpHeaders headers, Instant now) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        try {
            if (value.matches("\\d{1,6}")) {
                return Duration.ofSeconds(Long.parseLong(value));
            }
            if (!value.isEmpty()) {
                Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return until.isAfter(now) ? Duration.between(now, until) : NO_WISH;
            }
        } catch (DateTimeParseException e) {
            return NO_WISH;
        }
        return NO_WISH;
    }

    private static String describe(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "cannot connect";
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
