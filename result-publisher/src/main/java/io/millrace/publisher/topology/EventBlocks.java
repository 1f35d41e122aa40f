package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RecordedResult;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.ResultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The log of streams, in which the events that came of one record are one entry under the first one's offset. */
final class EventBlocks {
    private EventBlocks() {}

    /**
     * Neighbours in one entry.
     *
     * @param from the first one's place in it
     * @param to the place after the last one's
     */
    record Stretch(EventBlock block, int from, int to) {
        List<LoggedEvent> events() {
            return block.getEventsList().subList(from, to);
        }
    }

    /** The entry for these events, with the results in it. */
    static EventBlock copied(List<LoggedEvent> events) {
        return EventBlock.newBuilder().addAllEvents(events).build();
    }

    /** The entry for these events, which says where in the record their results are. */
    static EventBlock referring(List<LoggedEvent> events, SourceRecord source) {
        EventBlock.Builder block = EventBlock.newBuilder()
                .setRecord(ResultRecord.newBuilder().setOffset(source.offset()).setSize(source.size()));
        int index = 0;
        for (LoggedEvent event : events) {
            if (event.hasResult()) {
                index = indexOf(event.getResult(), source.results(), index);
                block.addEvents(LoggedEvent.newBuilder()
                        .setAtMs(event.getAtMs())
                        .setRecorded(RecordedResult.newBuilder()
                                .setIndex(index)
                                .setItem(event.getResult().getItem())));
                index++;
            } else {
                block.addEvents(event);
            }
        }
        return block.build();
    }

    /** Events keep the order of the record; some of its results may have become none. */
    private static int indexOf(Result result, List<Result> all, int from) {
        int index = from;
        while (!all.get(index).equals(result)) {
            index++;
        }
        return index;
    }

    /**
     * Events in order from this offset on, without a hole; at least one, if there is one.
     *
     * @param maxBytes after so many no further block is begun
     */
    static List<Stretch> read(
            ReadOnlyKeyValueStore<byte[], EventBlock> log, StreamKey stream, long from, int maxEvents, long maxBytes) {
        List<Stretch> stretches = new ArrayList<>();
        Optional<byte[]> start = blockWith(log, stream, from);
        if (start.isEmpty()) {
            return stretches;
        }
        int events = 0;
        long bytes = 0;
        try (KeyValueIterator<byte[], EventBlock> range =
                log.range(start.get(), StoreKeys.numbered(stream, from + maxEvents - 1))) {
            while (range.hasNext() && events < maxEvents && bytes < maxBytes) {
                KeyValue<byte[], EventBlock> entry = range.next();
                long first = StoreKeys.number(entry.key);
                long wanted = from + events;
                if (first > wanted) {
                    break;
                }
                // To its end even beyond the bytes: who goes on would read the block once more.
                int begin = (int) Math.min(wanted - first, entry.value.getEventsCount());
                int end = Math.min(entry.value.getEventsCount(), begin + maxEvents - events);
                if (begin < end) {
                    stretches.add(new Stretch(entry.value, begin, end));
                    events += end - begin;
                    bytes += bytes(entry.value) * (end - begin) / entry.value.getEventsCount();
                }
            }
        }
        return stretches;
    }

    private static long bytes(EventBlock block) {
        return (long) block.getSerializedSize() + block.getRecord().getSize();
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
