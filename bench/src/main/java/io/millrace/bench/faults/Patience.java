package io.millrace.bench.faults;

import java.time.Duration;

/**
 * How long a run takes its time, and its clients theirs.
 *
 * @param warmUp before the first fault, and as long again to see what is normal
 * @param tolerated stalls up to this are what a busy machine does to its clients without any fault
 * @param pauses how many times as long as usual clients pause between two pieces of work, at least 1
 */
record Patience(Duration warmUp, Duration tolerated, int pauses) {
    /** Checks the bounds. */
    Patience {
        if (pauses < 1) {
            throw new IllegalArgumentException("--pauses: " + pauses + " is not allowed; allowed: at least 1");
        }
    }

    /** Enough to say how long each fault was felt. */
    static final Patience MEASURING = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(2), 1);
    /** One fault after the other, where only the guarantees matter. */
    static final Patience HASTY = new Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), 1);

    /** The same with clients that pause so many times as long. */
    Patience withPauses(int times) {
        return new Patience(warmUp, tolerated, times);
    }
}
