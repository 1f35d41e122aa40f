package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;

/**
 * A request and its acknowledgement.
 *
 * @param attempt how often the request has been delivered, this time included: 1 for the first
 */
public record Delivery(InferenceRequest request, Lane lane, int attempt, Acknowledgement acknowledgement) {
    /** The same delivery of a request that now has its body. */
    public Delivery with(InferenceRequest complete) {
        return new Delivery(complete, lane, attempt, acknowledgement);
    }
}
