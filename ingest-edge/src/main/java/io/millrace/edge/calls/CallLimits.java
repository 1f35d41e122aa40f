package io.millrace.edge.calls;

import java.time.Duration;

/**
 * Bounds on calls.
 *
 * @param waiting how many may wait at once
 * @param timeout how long one waits
 * @param deadline how long one may take in all, so that a result for which nobody waited any more can be fetched
 */
public record CallLimits(int waiting, Duration timeout, Duration deadline) {}
