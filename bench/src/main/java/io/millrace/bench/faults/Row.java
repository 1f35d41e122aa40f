package io.millrace.bench.faults;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the table.
 *
 * @param fault what happened
 * @param victim to which process
 * @param stall how long a client waited at most for anything to come
 * @param flow which kind of work waited so long
 * @param recovery from the fault to the end of the last stall worth the name
 * @param target of the stall, if it has one
 */
record Row(String fault, String victim, Duration stall, String flow, Duration recovery, Optional<Duration> target) {
    /** Whether its target, if it has one, was kept. */
    boolean met() {
        return target.isEmpty() || stall.compareTo(target.get()) <= 0;
    }

    /** For people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-41s %-13s stall %6.1f s (%s), recovered after %6.1f s%s",
                fault,
                victim,
                seconds(stall),
                flow,
                seconds(recovery),
                met() ? "" : "  MISSED: at most " + target.orElseThrow().toSeconds() + " s");
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
