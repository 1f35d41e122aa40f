package io.millrace.assembler.topology;

import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for a commit before the interval is over, where somebody waits for what was written: workers see only what is committed. A
 * task's commit is its thread's, so all tasks together have a pace, lest many small jobs cost a transaction each. For the stream
 * thread alone.
 */
final class EarlyCommits {
    private static final long FIRST_MILESTONE = 1_024;
    private static final long LAST_MILESTONE = 16_384;
    private static final long MILESTONES_APART = 4;

    private final ProcessorContext<?, ?> context;
    private final CommitPace pace;
    private boolean wanted;

    EarlyCommits(ProcessorContext<?, ?> context, CommitPace pace) {
        this.context = context;
        this.pace = pace;
    }

    /**
     * Items of a job are written. Commits soon after its first ones, and some times more at longer and longer distances: workers would
     * have done the first ones long before the interval is over.
     *
     * @param from the first item
     * @param to after the last one
     */
    void written(long from, long to) {
        boolean early = from == 0;
        for (long milestone = FIRST_MILESTONE; milestone <= LAST_MILESTONE; milestone *= MILESTONES_APART) {
            early |= from < milestone && to >= milestone;
        }
        if (early) {
            soon();
        }
    }

    /** Commits at the end of this turn, or of one of the next. */
    void soon() {
        wanted = true;
        askIfAllowed();
    }

    /** Asks for what was wanted too soon after another commit. */
    void askIfAllowed() {
        if (wanted && pace.allows()) {
            wanted = false;
            context.commit();
        }
    }

    /** Whether a commit is still to be asked for. */
    boolean isWanted() {
        return wanted;
    }
}
