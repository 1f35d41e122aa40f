package io.millrace.bench;

import java.util.Locale;

/**
 * Something measured that has a target.
 *
 * @param name what was measured
 * @param value the measurement
 * @param unit its unit
 * @param target the bound that it is to keep
 * @param bound which side of the target is good
 */
public record Figure(String name, double value, String unit, double target, Bound bound) {

    /** Which side of a target is good. */
    public enum Bound {
        /** The value must not be greater. */
        AT_MOST,
        /** The value must not be less. */
        AT_LEAST
    }

    /** Whether the target was reached. */
    public boolean met() {
        return bound == Bound.AT_MOST ? value <= target : value >= target;
    }

    /** One line for a person. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-58s %9.3f %-6s (%s %.2f) %s",
                name,
                value,
                unit,
                bound == Bound.AT_MOST ? "at most" : "at least",
                target,
                met() ? "met" : "MISSED");
    }
}
