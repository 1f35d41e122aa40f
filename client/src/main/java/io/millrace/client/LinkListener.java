package io.millrace.client;

import java.time.Duration;

/** Hears of what the link does to a piece of work. Called in the thread that does the work. */
@FunctionalInterface
public interface LinkListener {
    /** Somebody who does not care. */
    LinkListener NONE = (reason, delay) -> {};

    /** The link broke or the server had no room; the work goes on after the delay. */
    void interrupted(String reason, Duration delay);
}
