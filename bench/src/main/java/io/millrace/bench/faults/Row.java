package io.millrace.bench.faults;

import java.time.Duration;
import java.util.Locale;

/**
 * One line of the table.
 *
 * @param fault what happened
 * @param victim to which process
 * @param stall how long a client waited at most for anything to come
 * @param flow which kind of work waited so long
 * @param recovery from the fault to the end of the last stall worth the name
 * @param bounded whether the stall has a target
 */
record Row(String fault, String victim, Duration stall, String flow, Duration recovery, boolean bounded) {
    private static final Duration TARGET = Duration.ofSeconds(10);

    /** Whether its target, if it has one, was kept. */
    boolean met() {
        return !bounded || stall.compareTo(TARGET) <= 0;
    }

    /** For people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-34s %-13s stall %6.1f s (%s), recovered after %6.1f s%s",
                fault,
                victim,
                seconds(stall),
                flow,
                seconds(recovery),
                met() ? "" : "  MISSED: at most " + TARGET.toSeconds() + " s");
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
