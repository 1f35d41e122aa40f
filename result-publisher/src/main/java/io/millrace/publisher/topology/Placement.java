package io.millrace.publisher.topology;

import io.millrace.schemas.v1.StreamState;
import java.time.Duration;

/**
 * Decides whether results are copied into the log of their stream, or stay in the record that brought them and are named there: keys
 * apart from values, as in WiscKey (Lu et al., FAST 2016), with the topic in the place of the value log. What stays is written once
 * instead of three times (topic, changelog, store). Who reads it fetches the record, so a record with little in it is copied: a stream
 * whose results lie far apart would need a fetch for each.
 *
 * @param topicRetention how long the topic keeps a record
 * @param streamRetention how long jobs are kept after their end that do not say it themselves
 */
record Placement(Duration topicRetention, Duration streamRetention) {
    /** What takes longer to send than to ask for, on a network of 1 Gbit/s with a round trip of about 0.1 ms. */
    static final int LEAST_BYTES = 16 << 10;

    /** Whether the record is worth a fetch, and kept for at least as long as the job may be. */
    boolean stays(StreamState state, SourceRecord record) {
        return state.hasJob()
                && record.size() >= LEAST_BYTES
                && endOfLife(state) <= record.timestampMs() + topicRetention.toMillis();
    }

    private long endOfLife(StreamState state) {
        long own = state.getJob().getParameters().getRetentionMs();
        return state.getJob().getDeadlineMs() + (own > 0 ? own : streamRetention.toMillis());
    }
}
