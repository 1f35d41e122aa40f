package io.millrace.runtime.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters of one {@link Metric} that differ in one label. Each is made when it is first used and then found without the cost of
 * describing it again, which is for what is measured with every request. Thread-safe; never forgets one, so the values must be few.
 *
 * @param <M> the kind of meter
 */
public final class MetersByLabel<M> {
    private final Map<String, M> made = new ConcurrentHashMap<>();
    private final Function<String, M> make;

    /**
     * None yet.
     *
     * @param make registers the meter with a value of the label
     */
    public MetersByLabel(Function<String, M> make) {
        this.make = make;
    }

    /** The meter with this value. */
    public M of(String value) {
        M known = made.get(value);
        return known == null ? made.computeIfAbsent(value, make) : known;
    }
}
