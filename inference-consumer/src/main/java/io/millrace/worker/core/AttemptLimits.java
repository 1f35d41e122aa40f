package io.millrace.worker.core;

/**
 * How often a request is tried before it fails.
 *
 * @param attempts most attempts
 * @param deliveries as many deliveries as the brokers allow before they drop the record without a word; above {@code attempts}
 */
public record AttemptLimits(int attempts, int deliveries) {
    /** Deliveries that are left when a request fails for their sake: writing that down may come to nothing, too. */
    private static final int SPARE = 2;

    /** Whether the request must not be delivered again, whatever came of it. */
    public boolean isLastChance(int deliveryCount) {
        return deliveryCount > Math.max(attempts, deliveries - SPARE);
    }
}
