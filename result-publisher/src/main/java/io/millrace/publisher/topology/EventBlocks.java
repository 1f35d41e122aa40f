package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads the log of streams, in which the events that came of one record are one entry under the first one's offset. */
final class EventBlocks {
    private EventBlocks() {}

    /**
     * Events in order from this offset on, without a hole; at least one, if there is one.
     *
     * @param maxBytes after so many no further block is begun
     */
    static List<LoggedEvent> read(
            ReadOnlyKeyValueStore<byte[], EventBlock> log, StreamKey stream, long from, int maxEvents, long maxBytes) {
        List<LoggedEvent> events = new ArrayList<>();
        Optional<byte[]> start = blockWith(log, stream, from);
        if (start.isEmpty()) {
            return events;
        }
        long bytes = 0;
        try (KeyValueIterator<byte[], EventBlock> range =
                log.range(start.get(), StoreKeys.numbered(stream, from + maxEvents - 1))) {
            while (range.hasNext() && events.size() < maxEvents && bytes < maxBytes) {
                KeyValue<byte[], EventBlock> block = range.next();
                long first = StoreKeys.number(block.key);
                long wanted = from + events.size();
                if (first > wanted) {
                    break;
                }
                List<LoggedEvent> all = block.value.getEventsList();
                // To its end even beyond the bytes: who goes on would read the block once more.
                for (long next = wanted - first; next < all.size() && events.size() < maxEvents; next++) {
                    LoggedEvent event = all.get((int) next);
                    events.add(event);
                    bytes += event.getSerializedSize();
                }
            }
        }
        return events;
    }

    /** The event with this offset, if it is there. */
    static Optional<LoggedEvent> event(ReadOnlyKeyValueStore<byte[], EventBlock> log, StreamKey stream, long offset) {
        return read(log, stream, offset, 1, 1).stream().findFirst();
    }

    /** The key of the last block that begins at this offset or before it. */
    private static Optional<byte[]> blockWith(
            ReadOnlyKeyValueStore<byte[], EventBlock> log, StreamKey stream, long offset) {
        try (KeyValueIterator<byte[], EventBlock> back =
                log.reverseRange(StoreKeys.numbered(stream, 0), StoreKeys.numbered(stream, offset))) {
            return back.hasNext() ? Optional.of(back.peekNextKey()) : Optional.empty();
        }
    }
}
