package io.millrace.publisher.topology;

import io.millrace.publisher.core.Decision;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
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
        KeyValueStore<byte[], RequestState> outcomes,
        KeyValueStore<byte[], LoggedEvent> events,
        KeyValueStore<byte[], byte[]> timers,
        KeyValueStore<byte[], byte[]> index) {
    /** One record removes no more than this, so that no other stream waits for a large one to go. */
    static final int MOST_REMOVED = 5_000;

    static WritableStreams of(ProcessorContext<String, byte[]> context, StreamKind kind) {
        StreamStores names = StreamStores.of(kind);
        return new WritableStreams(
                context.getStateStore(names.streams()),
                context.getStateStore(names.outcomes()),
                context.getStateStore(names.events()),
                context.getStateStore(names.timers()),
                context.getStateStore(names.index()));
    }

    Optional<StreamState> state(StreamKey stream) {
        return Optional.ofNullable(streams.get(StoreKeys.stream(stream)));
    }

    Optional<RequestState> request(StreamKey stream, long item) {
        return Optional.ofNullable(outcomes.get(StoreKeys.numbered(stream, item)));
    }

    /** Stores what was decided. */
    void store(StreamKey stream, Decision.Applied applied, boolean isNew) {
        streams.put(StoreKeys.stream(stream), applied.state());
        for (Decision.ItemChange change : applied.items()) {
            outcomes.put(StoreKeys.numbered(stream, change.item()), change.state());
        }
        long offset = applied.firstOffset();
        for (LoggedEvent event : applied.events()) {
            events.put(StoreKeys.numbered(stream, offset), event);
            offset++;
        }
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
        long until = Math.min(state.getNextOffset(), state.getFirstOffset() + MOST_REMOVED);
        for (long offset = state.getFirstOffset(); offset < until; offset++) {
            events.delete(StoreKeys.numbered(stream, offset));
        }
        List<byte[]> requests = someRequests(stream);
        requests.forEach(outcomes::delete);
        if (until < state.getNextOffset() || requests.size() == MOST_REMOVED) {
            streams.put(
                    StoreKeys.stream(stream),
                    state.toBuilder().setFirstOffset(until).build());
            return;
        }
        streams.delete(StoreKeys.stream(stream));
        forgotten.timers().forEach(timer -> timers.delete(StoreKeys.timer(timer)));
        if (state.hasJob()) {
            index.delete(indexKey(stream, state));
        }
    }

    private List<byte[]> someRequests(StreamKey stream) {
        List<byte[]> keys = new ArrayList<>();
        try (KeyValueIterator<byte[], RequestState> range =
                outcomes.range(StoreKeys.numbered(stream, 0), StoreKeys.numbered(stream, Long.MAX_VALUE))) {
            while (range.hasNext() && keys.size() < MOST_REMOVED) {
                keys.add(range.next().key);
            }
        }
        return keys;
    }

    private static byte[] indexKey(StreamKey stream, StreamState state) {
        return StoreKeys.index(stream.tenant(), state.getJob().getSubmittedAtMs(), stream.id());
    }
}
