package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A request and its acknowledgement.
 *
 * @param count how often the request has been delivered, this time included: 1 for the first; more than any worker has seen,
 *     where deliveries got lost on their way
 */
public record Delivery(InferenceRequest request, Lane lane, int count, Acknowledgement acknowledgement) {
    /** Time since the request was accepted; none if that is not known, or later by this clock. */
    public Duration age(InstantSource clock) {
        long accepted = request.getAcceptedAtMs();
        return accepted == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, clock.millis() - accepted));
    }

    /** The same delivery of a request that now has its body. */
    public Delivery with(InferenceRequest complete) {
        return new Delivery(complete, lane, count, acknowledgement);
    }
}
