package io.millrace.client;

import java.time.Duration;

/** Hears the events of a result stream, in order, in the thread that follows it. */
@FunctionalInterface
public interface ResultListener {
    /** The link broke; the work goes on after the delay. */
    default void interrupted(String reason, Duration delay) {}

    /**
     * A subscription stands, the first or one after a cut.
     *
     * @param recovered whether it goes on exactly where it was asked to; if not, events in between are gone
     * @param from the offset of the next event
     */
    default void subscribed(String epoch, boolean recovered, long from) {}

    /** The next event; when this returns, it counts as handled. */
    void event(Position position, JobEvent event);
}
