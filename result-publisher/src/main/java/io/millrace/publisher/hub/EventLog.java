package io.millrace.publisher.hub;

import io.millrace.publisher.core.StartPoint;
import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is stored of the streams, for those who serve it. Every method blocks, so none belongs on an event loop, and
 * every method throws a retryable {@link MillraceException} when the store cannot be read just now.
 */
public interface EventLog {
    /** The stream as it is known now. */
    Optional<StreamState> state(StreamKey stream);

    /** Waits until everything is known that stands in the stream's partition now. */
    void catchUp(StreamKey stream);

    /** Waits until everything is known that can be read in the stream's partition now: not what open transactions hold back. */
    void catchUpCommitted(StreamKey stream);

    /** Waits until this record of the topic in which such streams live is known. */
    void awaitRecord(StreamKind kind, int partition, long offset);

    /**
     * Events in order from this offset on, without a hole: as many as there are within the bounds, at least one if there
     * is one.
     */
    List<LoggedEvent> read(StreamKey stream, long from, int maxEvents, long maxBytes);

    /**
     * Jobs of a tenant, newest first, as far as this instance has them.
     *
     * @param before only those after this one in the list; absent for the beginning
     * @param most how many at most
     */
    JobPage jobs(String tenant, Optional<Listed> before, int most);

    /** Where a job stands in the list of its tenant. */
    record Listed(long createdMs, String id) {}

    /**
     * Some jobs.
     *
     * @param partitions the partitions in which it was looked for them
     */
    record JobPage(List<JobView> jobs, Set<Integer> partitions) {}

    /**
     * Items without an outcome among those from {@code from} (inclusive) to {@code to} (exclusive), in order.
     *
     * @param most how many at most; the answer says how far it looked
     */
    OpenItems openItems(StreamKey stream, long from, long to, int most);

    /**
     * Some items without an outcome.
     *
     * @param next where to look on
     */
    record OpenItems(List<Long> items, long next) {}

    /** What is known of a request of a stream of calls, if it was accepted. */
    Optional<RequestState> request(StreamKey stream, long item);

    /** How a request ended, if it has. */
    Optional<Result> outcome(StreamKey stream, long item);

    /**
     * The stream, if it exists, far enough to decide where a subscriber goes on. It is waited for the rest of the topic where
     * the answer could be wrong without it: a stream that is not there yet, a position that another instance, or this one
     * before a crash, was ahead of, and "now", which is where the topic is and not how far this instance has come.
     */
    default Optional<StreamState> existing(StreamKey stream, StartPoint start) {
        Optional<StreamState> state = existing(stream);
        if (state.filter(start::needsMoreThan).isEmpty()) {
            return state;
        }
        if (start instanceof StartPoint.Now) {
            catchUpCommitted(stream);
        } else {
            catchUp(stream);
        }
        return state(stream);
    }

    /** The stream, if it exists; says "no" only after {@link #catchUp}. */
    default Optional<StreamState> existing(StreamKey stream) {
        Optional<StreamState> state = state(stream);
        if (state.isPresent()) {
            return state;
        }
        catchUp(stream);
        return state(stream);
    }
}
