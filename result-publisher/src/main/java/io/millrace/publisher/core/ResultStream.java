package io.millrace.publisher.core;

import io.millrace.schemas.v1.Forget;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.StreamStateOrBuilder;
import java.util.Optional;

/**
 * Decides what comes of each record of a result stream. It knows nothing but the record and what was decided before, so
 * that reading the log again gives every event the same number.
 */
public final class ResultStream {
    private ResultStream() {}

    /**
     * Decides.
     *
     * @param event the record's value
     * @param stream the stream to which it belongs
     * @param before the stream so far; absent before its first record
     * @param items what is known of the stream's requests
     * @param at where the record stands
     */
    public static Decision decide(
            StreamEvent event, StreamKey stream, Optional<StreamState> before, Items items, RecordPosition at) {
        if (event.hasForget()) {
            return forget(event.getForget(), stream, before);
        }
        return stream.kind() == StreamKind.STREAM_KIND_JOB
                ? new JobRules(stream, items, at).decide(event, before)
                : new CallRules(stream, items, at).decide(event, before);
    }

    private static Decision forget(Forget forget, StreamKey stream, Optional<StreamState> before) {
        boolean stillOver =
                before.isPresent() && forget.getEndedAtMs() > 0 && before.get().getEndedAtMs() == forget.getEndedAtMs();
        return stillOver
                ? new Decision.Forgotten(before.get(), Afterwards.timers(stream, before.get()))
                : new Decision.Dropped(Decision.Cause.REPEATED);
    }

    /** Whether the stream's last event is there. Streams of calls have none. */
    public static boolean hasEnded(StreamStateOrBuilder state) {
        return switch (state.getStatus()) {
            case JOB_STATUS_COMPLETED, JOB_STATUS_FAILED, JOB_STATUS_EXPIRED, JOB_STATUS_CANCELLED -> true;
            case JOB_STATUS_UNSPECIFIED,
                    JOB_STATUS_VALIDATING,
                    JOB_STATUS_IN_PROGRESS,
                    JOB_STATUS_FINALIZING,
                    JOB_STATUS_CANCELLING,
                    UNRECOGNIZED -> false;
        };
    }
}
