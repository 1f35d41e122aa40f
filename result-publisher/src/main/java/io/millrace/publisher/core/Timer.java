package io.millrace.publisher.core;

/**
 * Something to send into the topics when its time comes, unless it was cleared before.
 *
 * @param dueMs when
 * @param item the request that is meant, in a stream of calls; 0 for a job
 */
public record Timer(long dueMs, Purpose purpose, StreamKey stream, long item) {
    /** What to send. */
    public enum Purpose {
        /** The deadline: what is still open expires. */
        DEADLINE,
        /** The expansion of a job should have begun by now: ask for it again. */
        EXPANSION,
        /** The stream is over since then; some time later it is removed. */
        RETENTION,
        /** The stream is over and is to be removed, by its own wish. */
        REMOVAL,
        /** Somebody is to be told that the job has ended; the item is the place among the job's webhooks. */
        WEBHOOK
    }
}
