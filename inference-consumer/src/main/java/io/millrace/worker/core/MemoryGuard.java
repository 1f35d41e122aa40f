package io.millrace.worker.core;

import java.time.Duration;
import java.util.Map;

/**
 * Decides what is given up when a device's memory runs short: first the batches become smaller, then the model is unloaded that
 * has been idle longest. The model that was used last stays. Not thread-safe; time is an argument.
 */
public final class MemoryGuard {
    /** A quarter of a batch saves most of what there is to save. */
    private static final int LOWERINGS = 2;
    /** A model that was used since would soon be loaded again. */
    private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();

    private final double limit;
    private int lowered;

    /** @param limit share of the memory that may be used, above 0 and at most 1; 1 means that it never acts */
    public MemoryGuard(double limit) {
        this.limit = limit;
    }

    /** What to do now. */
    public sealed interface Step {
        /** Nothing. */
        record Nothing() implements Step {}

        /** All models of the device run smaller batches from now on. */
        record LowerBatches() implements Step {}

        /** This model is unloaded; its next request loads it again. */
        record Unload(String model) implements Step {}
    }

    /**
     * What to do, asked now and then.
     *
     * @param used share of the memory that is used
     * @param lastUsed the device's loaded models, and when each ran last
     */
    public Step next(double used, Map<String, Long> lastUsed, long nowNanos) {
        if (limit >= 1 || used <= limit || lastUsed.isEmpty()) {
            return new Step.Nothing();
        }
        if (lowered < LOWERINGS) {
            lowered++;
            return new Step.LowerBatches();
        }
        return lastUsed.entrySet().stream()
                .filter(model -> nowNanos - model.getValue() >= IDLE_NANOS)
                .sorted((one, other) -> Long.compare(nowNanos - other.getValue(), nowNanos - one.getValue()))
                .limit(lastUsed.size() - 1L)
                .findFirst()
                .<Step>map(model -> new Step.Unload(model.getKey()))
                .orElseGet(Step.Nothing::new);
    }
}
