package io.millrace.worker.core;

import io.millrace.schemas.errors.ErrorCode;
import java.util.function.Consumer;

/** What becomes of a record of a lane; settled once, from any thread, by one of these. */
public interface Acknowledgement {
    /** Its result is durable: nobody needs the record again. */
    void accept();

    /** It could not be settled now: another attempt may. */
    void release();

    /**
     * Calls this when the worker has the record no longer, at once if that was so before: with {@link Outcome.Abandoned} where its
     * lock has run out or reading failed, with {@link Outcome.GivenBack} where the worker stops. Nothing that is settled afterwards counts.
     */
    void whenLost(Consumer<Outcome> action);

    /** Nobody can settle it: the record goes to the dead letters with this cause, and is accepted once it is there. */
    void bury(ErrorCode cause, String message);
}
