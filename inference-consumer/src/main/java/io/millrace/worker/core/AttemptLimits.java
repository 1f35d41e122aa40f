package io.millrace.worker.core;

/**
 * How often a request is tried before it fails.
 *
 * @param attempts most attempts
 */
public record AttemptLimits(int attempts) {
    /** At least as many deliveries the brokers allow before they drop a record without a word. */
    public static final int DELIVERIES = 10;
    /** Deliveries that are left when a request fails for their sake: writing that down may come to nothing, too. */
    private static final int SPARE = 2;

    /** Whether the request must not be delivered again, whatever came of it. */
    public boolean isLastChance(int deliveryCount) {
        return deliveryCount > Math.max(attempts, DELIVERIES - SPARE);
    }
}
