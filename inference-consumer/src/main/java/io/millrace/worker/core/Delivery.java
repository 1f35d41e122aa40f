package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;

/**
 * A request and its acknowledgement.
 *
 * @param attempt how often the request has been delivered, this time included: 1 for the first
 */
public record Delivery(InferenceRequest request, Lane lane, int attempt, Acknowledgement acknowledgement) {}
