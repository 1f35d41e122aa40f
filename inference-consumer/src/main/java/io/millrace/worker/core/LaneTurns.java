package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is: calls before jobs of high priority before other jobs, except that a lane which was passed over often
 * enough comes first. How often that is shrinks with the time that it waits, down to once, so that of two lanes the first
 * keeps at least every second turn.
 */
final class LaneTurns {
    /** After this time a lane is half as patient, after twice this time a third, and so on. */
    private static final double AGEING_NANOS = 10e9;

    private final double patience;
    private final Map<Lane, Integer> passedOver = new EnumMap<>(Lane.class);

    /** @param share of the turns that a lane gets at least while it waits, above 0 and at most a half */
    LaneTurns(double share) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException("a share is above 0 and at most a half: " + share);
        }
        this.patience = 1 / share - 1;
    }

    /**
     * The lane to serve next; does not count as a turn yet.
     *
     * @param waiting the lanes that wait, and for how many nanoseconds the oldest item of each does
     */
    Optional<Lane> next(Map<Lane, Long> waiting) {
        Optional<Lane> impatient = waiting.entrySet().stream()
                .filter(lane -> impatience(lane.getKey(), lane.getValue()) >= 1)
                .max(Comparator.comparingDouble(lane -> impatience(lane.getKey(), lane.getValue())))
                .map(Map.Entry::getKey);
        return impatient.or(() -> waiting.keySet().stream().min(Lane::compareTo));
    }

    private double impatience(Lane lane, long ageNanos) {
        int passed = passedOver.getOrDefault(lane, 0);
        double enough = Math.max(1, patience / (1 + Math.max(0, ageNanos) / AGEING_NANOS));
        return passed / enough;
    }

    /** The turn is taken. */
    void served(Lane lane, Map<Lane, Long> waiting) {
        waiting.keySet().forEach(other -> passedOver.merge(other, 1, Integer::sum));
        passedOver.put(lane, 0);
    }
}
