package io.millrace.worker.inference;

import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.core.RecentIds;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attempts of a worker that have not ended, so that they can be ended when nobody wants them any more; and what was
 * cancelled lately, for requests that are still to come. Thread-safe.
 */
public final class OpenAttempts {
    private static final int REMEMBERED = 100_000;

    private final InstantSource clock;
    private final Set<RequestAttempt> open = ConcurrentHashMap.newKeySet();
    private final RecentIds cancelled = new RecentIds(REMEMBERED);

    /** With nothing open. */
    public OpenAttempts(InstantSource clock) {
        this.clock = clock;
    }

    /** Ends the request, or all of the job, that has this id, and remembers it. */
    public void cancel(String id) {
        if (id.isEmpty()) {
            return;
        }
        synchronized (cancelled) {
            cancelled.add(id);
        }
        open.stream()
                .filter(attempt -> isMeant(attempt.request(), id))
                .forEach(attempt -> attempt.end(new Outcome.Cancelled()));
    }

    /** Ends what nobody needs any more because its deadline has passed. */
    public void endLate() {
        open.stream().filter(attempt -> attempt.isLate(clock)).forEach(attempt -> attempt.end(new Outcome.Expired()));
    }

    /** Follows it to its end; one that is late or cancelled already ends at once. */
    void add(RequestAttempt attempt) {
        open.add(attempt);
        if (attempt.isLate(clock)) {
            attempt.end(new Outcome.Expired());
        } else if (isCancelled(attempt.request())) {
            attempt.end(new Outcome.Cancelled());
        }
    }

    /** It has ended. */
    void remove(RequestAttempt attempt) {
        open.remove(attempt);
    }

    private boolean isCancelled(InferenceRequest request) {
        synchronized (cancelled) {
            return cancelled.contains(request.getRequestId()) || cancelled.contains(jobOf(request));
        }
    }

    private static boolean isMeant(InferenceRequest request, String id) {
        return request.getRequestId().equals(id) || jobOf(request).equals(id);
    }

    /** A job's id is its stream's; a stream of calls ends call by call. */
    private static String jobOf(InferenceRequest request) {
        return request.getStream().getKind() == StreamKind.STREAM_KIND_JOB
                ? request.getStream().getId()
                : "";
    }
}
