package io.millrace.publisher.topology;

import io.millrace.publisher.core.Decision;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stores of one task, as its processor uses them. */
record WritableStreams(
        KeyValueStore<byte[], StreamState> streams,
        ItemStore items,
        KeyValueStore<byte[], EventBlock> log,
        KeyValueStore<byte[], byte[]> timers,
        KeyValueStore<byte[], byte[]> index) {
    /** One record removes no more than this, so that no other stream waits for a large one to go. */
    static final int MOST_REMOVED = 5_000;

    static WritableStreams of(ProcessorContext<String, byte[]> context, StreamKind kind) {
        StreamStores names = StreamStores.of(kind);
        return new WritableStreams(
                context.getStateStore(names.streams()),
                kind == StreamKind.STREAM_KIND_JOB
                        ? new ItemStore.OfJobs(context.getStateStore(names.items()))
                        : new ItemStore.OfCalls(context.getStateStore(names.items())),
                context.getStateStore(names.log()),
                context.getStateStore(names.timers()),
                context.getStateStore(names.index()));
    }

    Optional<StreamState> state(StreamKey stream) {
        return Optional.ofNullable(streams.get(StoreKeys.stream(stream)));
    }

    /** Stores what was decided: the events before that which tells others where to find them. */
    void store(StreamKey stream, Decision.Applied applied, EventBlock events, boolean isNew) {
        if (events.getEventsCount() > 0) {
            log.put(StoreKeys.numbered(stream, applied.firstOffset()), events);
        }
        items.put(stream, applied.items());
        streams.put(StoreKeys.stream(stream), applied.state());
        for (Timer timer : applied.set()) {
            timers.put(StoreKeys.timer(timer), new byte[0]);
        }
        for (Timer timer : applied.cleared()) {
            timers.delete(StoreKeys.timer(timer));
        }
        if (isNew && applied.state().hasJob()) {
            index.put(indexKey(stream, applied.state()), new byte[0]);
        }
    }

    /** Removes the next part of a stream, and the stream itself with the last part. */
    void forget(StreamKey stream, Decision.Forgotten forgotten) {
        StreamState state = forgotten.state();
        long from = removeEvents(stream, state);
        boolean moreItems = items.removeSome(stream);
        if (from < state.getNextOffset() || moreItems) {
            streams.put(
                    StoreKeys.stream(stream),
                    state.toBuilder().setFirstOffset(from).build());
            return;
        }
        streams.delete(StoreKeys.stream(stream));
        forgotten.timers().forEach(timer -> timers.delete(StoreKeys.timer(timer)));
        if (state.hasJob()) {
            index.delete(indexKey(stream, state));
        }
    }

    /** Removes the next blocks, and returns the offset of the first event that stays. */
    private long removeEvents(StreamKey stream, StreamState state) {
        long until = Math.min(state.getNextOffset(), state.getFirstOffset() + MOST_REMOVED);
        List<byte[]> keys = new ArrayList<>();
        long next = state.getNextOffset();
        try (KeyValueIterator<byte[], EventBlock> range = log.range(
                StoreKeys.numbered(stream, state.getFirstOffset()), StoreKeys.numbered(stream, Long.MAX_VALUE))) {
            while (range.hasNext()) {
                byte[] key = range.peekNextKey();
                if (StoreKeys.number(key) >= until) {
                    next = StoreKeys.number(key);
                    break;
                }
                keys.add(key);
                range.next();
            }
        }
        keys.forEach(log::delete);
        return next;
    }

    private static byte[] indexKey(StreamKey stream, StreamState state) {
        return StoreKeys.index(stream.tenant(), state.getJob().getSubmittedAtMs(), stream.id());
    }
}
