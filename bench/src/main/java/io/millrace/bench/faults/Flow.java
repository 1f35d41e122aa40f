package io.millrace.bench.faults;

import java.time.Duration;

/** One kind of client. Each round is one piece of work from its beginning to its end. */
interface Flow {
    /** Its name. */
    String name();

    /**
     * One piece of work.
     *
     * @param number of the round, different in all flows of a run
     * @throws Exception if the work could not be done at all, which breaks the run
     */
    void round(long number) throws Exception;

    /** The time between two rounds. */
    default Duration distance() {
        return Duration.ofSeconds(1);
    }
}
