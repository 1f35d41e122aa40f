package io.millrace.publisher.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.TokenUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what one record changes in a stream. */
final class Transition {
    private final StreamState.Builder state;
    private final long atMs;
    private final long firstOffset;
    private final List<LoggedEvent> events = new ArrayList<>(2);
    private final List<Decision.ItemChange> items = new ArrayList<>(1);
    private final Set<Long> settledItems = new HashSet<>();
    private final List<Timer> set = new ArrayList<>(0);
    private final List<Timer> cleared = new ArrayList<>(0);
    private final List<Control> cancels = new ArrayList<>(0);

    Transition(StreamState before, RecordPosition at) {
        this.state = before.toBuilder();
        this.atMs = at.timestampMs();
        this.firstOffset = before.getNextOffset();
    }

    /** A stream that begins with this record. */
    static Transition first(RecordPosition at) {
        return new Transition(StreamState.newBuilder().setEpoch(at.epoch()).build(), at);
    }

    StreamState.Builder state() {
        return state;
    }

    Counts.Builder counts() {
        return state.getCountsBuilder();
    }

    long settled() {
        return state.getCounts().getCompleted() + state.getCounts().getFailed();
    }

    long atMs() {
        return atMs;
    }

    /** Whether nothing came of the record so far. */
    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Whether this record has settled the request already. */
    boolean settles(long item) {
        return settledItems.contains(item);
    }

    void append(LoggedEvent.Builder event) {
        events.add(event.setAtMs(atMs).build());
        state.setNextOffset(state.getNextOffset() + 1);
    }

    /**
     * The request has its outcome: counts it, logs it and remembers where.
     *
     * @param fingerprint of what was asked under an idempotency key; empty where there was none
     */
    void settle(Result result, TokenUsage usage, ByteString fingerprint) {
        items.add(new Decision.ItemChange(
                result.getItem(),
                RequestState.newBuilder()
                        .setResultOffset(state.getNextOffset())
                        .setFingerprint(fingerprint)
                        .build()));
        settledItems.add(result.getItem());
        append(LoggedEvent.newBuilder().setResult(result));
        if (result.hasSuccess()) {
            use(usage);
            counts().setCompleted(counts().getCompleted() + 1);
        } else {
            counts().setFailed(counts().getFailed() + 1);
        }
    }

    private void use(TokenUsage usage) {
        TokenUsage.Builder sum = state.getUsageBuilder();
        sum.setInput(sum.getInput() + usage.getInput())
                .setOutput(sum.getOutput() + usage.getOutput())
                .setTotal(sum.getTotal() + usage.getTotal());
    }

    void open(long item, RequestState request) {
        items.add(new Decision.ItemChange(item, request));
    }

    void start(Timer timer) {
        set.add(timer);
    }

    void clear(Timer timer) {
        cleared.add(timer);
    }

    /** Tells workers not to waste work on it. */
    void cancel(Control cancel) {
        cancels.add(cancel);
    }

    Decision applied() {
        return new Decision.Applied(
                state.build(),
                firstOffset,
                List.copyOf(events),
                List.copyOf(items),
                List.copyOf(set),
                List.copyOf(cleared),
                List.copyOf(cancels));
    }
}
