package io.millrace.standalone.operations.core;

import java.util.Set;

/**
 * Which requests run again, and where their outcome goes. What has no outcome gets it in its own stream; everything else gets a
 * new one, as part of a new job, because an outcome is never rewritten.
 *
 * @param wanted which requests are meant
 */
public record ReplayRule(Set<Wanted> wanted) {
    /** Keeps a copy. */
    public ReplayRule {
        wanted = Set.copyOf(wanted);
    }

    /** Which requests an operator means. */
    public enum Wanted {
        /** Those that failed or expired. */
        FAILED,
        /** Those that have no outcome and that no worker will get to. */
        OPEN,
        /** Every one, whatever its outcome. */
        ALL
    }

    /** What happens with one request. */
    public enum Choice {
        /** It goes into its lane once more, and its outcome into its own stream. */
        RESENT(""),
        /** It becomes a request of a new job. */
        RUN_AGAIN(""),
        /** It has its answer. */
        SUCCEEDED("succeeded"),
        /** It failed, and those are not asked for. */
        FAILED("failed, not asked for"),
        /** It is open, and those are not asked for. */
        OPEN("without an outcome, not asked for"),
        /** A worker will get to it. */
        WAITING("wait in their lane, or run"),
        /** Its submitter gave it up. */
        CANCELLED("cancelled by their submitter"),
        /** Nobody knows how it ended. */
        UNKNOWN("of streams that are not kept any more"),
        /** It was read already: it stands in its lane more than once. */
        REPEATED("stand in their lane once more"),
        /** It is of another job. */
        OTHER("of other jobs"),
        /** What it asked is not kept any more. */
        GONE("whose input is not kept any more"),
        /** It is no request that can be read. */
        UNREADABLE("no requests that can be read");

        private final String reason;

        Choice(String reason) {
            this.reason = reason;
        }

        /** Why it does not run again; empty where it does. */
        public String reason() {
            return reason;
        }

        /** Whether it runs again. */
        public boolean runs() {
            return reason.isEmpty();
        }
    }

    /**
     * What happens with a request.
     *
     * @param waiting whether it stands before the workers, in its lane or in their hands
     */
    public Choice choose(Standing standing, boolean waiting) {
        boolean all = wanted.contains(Wanted.ALL);
        return switch (standing) {
            case OPEN -> waiting ? Choice.WAITING : wants(Wanted.OPEN) ? Choice.RESENT : Choice.OPEN;
            case SUCCEEDED -> all ? Choice.RUN_AGAIN : Choice.SUCCEEDED;
            case FAILED, EXPIRED -> wants(Wanted.FAILED) ? Choice.RUN_AGAIN : Choice.FAILED;
            case CANCELLED -> all ? Choice.RUN_AGAIN : Choice.CANCELLED;
            case UNKNOWN -> all ? Choice.RUN_AGAIN : Choice.UNKNOWN;
        };
    }

    private boolean wants(Wanted some) {
        return wanted.contains(some) || wanted.contains(Wanted.ALL);
    }
}
