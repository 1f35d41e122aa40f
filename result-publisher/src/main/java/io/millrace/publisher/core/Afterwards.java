package io.millrace.publisher.core;

import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.StreamStateOrBuilder;
import io.millrace.schemas.v1.WebhookSettled;
import java.util.ArrayList;
import java.util.List;

/** What follows the end of a stream: who is told, and when it is removed. */
final class Afterwards {
    private final StreamKey stream;
    private final RecordPosition at;

    Afterwards(StreamKey stream, RecordPosition at) {
        this.stream = stream;
        this.at = at;
    }

    /** The job ends here. */
    void begin(Transition next) {
        long retentionMs = next.state().getJob().getParameters().getRetentionMs();
        if (retentionMs > 0) {
            next.state().setForgetAtMs(next.atMs() + retentionMs);
        }
        timers(stream, next.state()).forEach(next::start);
    }

    /** A record that only an ended job understands. */
    Decision decide(StreamEvent event, StreamState state) {
        if (!ResultStream.hasEnded(state)) {
            return new Decision.Refused("the job " + stream.id() + " has not ended");
        }
        return event.hasWebhookSettled() ? told(event.getWebhookSettled(), state) : delete(state);
    }

    private Decision told(WebhookSettled settled, StreamState state) {
        if (settled.getIndex() < 0
                || settled.getIndex() >= state.getJob().getParameters().getWebhookUrlsCount()) {
            return new Decision.Refused("the job " + stream.id() + " has no webhook " + settled.getIndex());
        }
        Transition next = new Transition(state, at);
        next.clear(webhook(stream, state, settled.getIndex()));
        return next.applied();
    }

    private Decision delete(StreamState state) {
        if (state.getForgetAtMs() > 0 && state.getForgetAtMs() <= at.timestampMs()) {
            return new Decision.Dropped(Decision.Cause.REPEATED);
        }
        Transition next = new Transition(state, at);
        next.clear(removal(stream, state));
        next.state().setForgetAtMs(next.atMs());
        next.start(removal(stream, next.state()));
        return next.applied();
    }

    /** All timers that an ended stream may have. */
    static List<Timer> timers(StreamKey stream, StreamStateOrBuilder ended) {
        List<Timer> timers = new ArrayList<>(List.of(removal(stream, ended)));
        for (int i = 0; i < ended.getJob().getParameters().getWebhookUrlsCount(); i++) {
            timers.add(webhook(stream, ended, i));
        }
        return timers;
    }

    private static Timer removal(StreamKey stream, StreamStateOrBuilder ended) {
        return ended.getForgetAtMs() > 0
                ? new Timer(ended.getForgetAtMs(), Timer.Purpose.REMOVAL, stream, 0)
                : new Timer(ended.getEndedAtMs(), Timer.Purpose.RETENTION, stream, 0);
    }

    private static Timer webhook(StreamKey stream, StreamStateOrBuilder ended, int index) {
        return new Timer(ended.getEndedAtMs(), Timer.Purpose.WEBHOOK, stream, index);
    }
}
