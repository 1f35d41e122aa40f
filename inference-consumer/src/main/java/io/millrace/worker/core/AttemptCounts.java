package io.millrace.worker.core;

import java.util.Map;

/**
 * Which attempt at a request it is, for those that came last. The first is not written down anywhere, so a request that is
 * counted here has one behind it. Not thread-safe.
 */
public final class AttemptCounts {
    private final Map<String, Integer> attempts;

    /** @param most how many requests are kept */
    public AttemptCounts(int most) {
        attempts = new Newest<>(most);
    }

    /** One more begins; returns its number, from 1. */
    public int begun(String requestId) {
        return Math.max(1, attempts.merge(requestId, 2, (known, two) -> known + 1));
    }

    /** The one that was under way does not count. */
    public void givenBack(String requestId) {
        attempts.merge(requestId, 0, (known, none) -> known - 1);
    }

    /** Forgets all. */
    public void clear() {
        attempts.clear();
    }
}
