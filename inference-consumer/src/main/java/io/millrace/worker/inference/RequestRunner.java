package io.millrace.worker.inference;

import io.millrace.schemas.Topics.Lane;
import java.util.Optional;

/**
 * Runs the requests of one model, in batches or one by one. Every attempt that it takes ends exactly once; what waits or runs
 * when an attempt ends in another way is dropped. Thread-safe.
 */
public interface RequestRunner extends AutoCloseable {
    /** A request of this lane is on its way: it is worth waiting for a moment. */
    void expect(Lane lane);

    /** A request that was expected was submitted, or came to nothing. */
    void arrived(Lane lane);

    /** Takes an attempt that has its body; does not wait for its end. */
    void submit(RequestAttempt attempt);

    /** Why it runs nothing at the moment; empty when it does. Does not block. */
    Optional<String> reasonNotReady();

    /** Lets what runs end soon; what waits stays where it is. */
    @Override
    void close();
}
