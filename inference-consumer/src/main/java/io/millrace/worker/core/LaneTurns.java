package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose turn it is: calls before jobs of high priority before other jobs, except that a lane which was passed over
 * {@value #PATIENCE} times comes first. So a lane that waits gets a turn in ten, or in eleven when two of them wait.
 */
final class LaneTurns {
    private static final int PATIENCE = 9;

    private final Map<Lane, Integer> passedOver = new EnumMap<>(Lane.class);

    /** The lane to serve next; does not count as a turn yet. */
    Optional<Lane> next(Set<Lane> waiting) {
        Optional<Lane> impatient = waiting.stream()
                .filter(lane -> passedOver.getOrDefault(lane, 0) >= PATIENCE)
                .reduce((a, b) -> passedOver.getOrDefault(b, 0) > passedOver.getOrDefault(a, 0) ? b : a);
        return impatient.or(() -> waiting.stream().min(Lane::compareTo));
    }

    /** The turn is taken. */
    void served(Lane lane, Set<Lane> waiting) {
        waiting.forEach(other -> passedOver.merge(other, 1, Integer::sum));
        passedOver.put(lane, 0);
    }
}
