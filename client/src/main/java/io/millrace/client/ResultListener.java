package io.millrace.client;

/** Hears the events of a result stream, in order, in the thread that follows it. */
public interface ResultListener extends LinkListener {
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
