package io.millrace.worker.core;

import io.millrace.schemas.errors.ErrorCode;

/** What becomes of a record of a lane; settled once, from any thread, by one of these. */
public interface Acknowledgement {
    /** Its result is durable: nobody needs the record again. */
    void accept();

    /** It could not be settled now: another attempt may. */
    void release();

    /**
     * Calls this when the record belongs to somebody else because its lock has run out, at once if that was so before; nothing
     * that is settled afterwards counts.
     */
    void whenLost(Runnable action);

    /** Nobody can settle it: the record goes to the dead letters with this cause, and is accepted once it is there. */
    void bury(ErrorCode cause, String message);
}
