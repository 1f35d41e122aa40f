package io.millrace.testing.guarantee;

import java.util.OptionalLong;

/**
 * G5: a server that has no room, or cannot answer now, says so with 429 or 503 and when to come back; it does not let a
 * client guess.
 */
public final class EveryRefusalExplained implements Guarantee {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int TIMED_OUT = 504;

    private final Violations violations = new Violations();
    private long answers;
    private long refusals;

    /**
     * An answer came.
     *
     * @param what was asked
     * @param retryAfter the header's value in seconds
     * @param body what the answer says
     */
    public synchronized void answered(String what, int status, OptionalLong retryAfter, String body) {
        answers++;
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) {
            refusals++;
            if (retryAfter.isEmpty()) {
                violations.add(what + " was refused with " + status + " without Retry-After");
            }
        } else if (status >= 500 && status != TIMED_OUT) {
            violations.add(what + " was answered with " + status + ", which tells nobody when to come back: " + body);
        }
    }

    @Override
    public synchronized Verdict verdict() {
        return Verdict.of(this, answers + " answers, " + refusals + " refusals", violations);
    }
}
