package io.millrace.publisher.core;

import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.StreamState;
import java.util.List;

/** What comes of one record of a stream. */
public sealed interface Decision {

    /**
     * The stream goes on.
     *
     * @param state the stream afterwards
     * @param firstOffset the number of the first of the events
     * @param events what subscribers get, numbered one after the other; may be empty
     * @param items what is now known of requests
     * @param set timers that run from now on
     * @param cleared timers that have lost their purpose
     * @param cancels what workers need not run any more
     */
    record Applied(
            StreamState state,
            long firstOffset,
            List<LoggedEvent> events,
            List<ItemChange> items,
            List<Timer> set,
            List<Timer> cleared,
            List<Control> cancels)
            implements Decision {}

    /**
     * The stream is old enough to be removed, event by event.
     *
     * @param state the stream so far
     * @param timers what goes with it
     */
    record Forgotten(StreamState state, List<Timer> timers) implements Decision {}

    /** Nothing changes, because this or its opposite was decided before. */
    record Dropped(Cause cause) implements Decision {}

    /** The record breaks the rules and belongs with the dead letters. The reason is for the operator. */
    record Refused(String reason) implements Decision {}

    /**
     * Something else comes of each result of a group.
     *
     * @param parts at most one {@link Applied}, which is the first, and at most one {@link Refused}, which is the last
     */
    record Parts(List<Decision> parts) implements Decision {}

    /** What is now known of one request. */
    record ItemChange(long item, RequestState state) {}

    /** Why a record was dropped. */
    enum Cause {
        /** The same was said before. */
        REPEATED,
        /** The request has its outcome. */
        OUTCOME_EXISTS,
        /** The stream has ended. */
        ENDED,
        /** Another job exists under this id. */
        CONFLICT
    }
}
