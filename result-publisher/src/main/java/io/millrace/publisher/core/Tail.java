package io.millrace.publisher.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The last events of a stream, in order and without a hole, within bounds. Not thread-safe.
 *
 * @param <E> an event
 */
public final class Tail<E> {
    private final int maxEvents;
    private final long maxBytes;
    private final ArrayDeque<Entry<E>> entries = new ArrayDeque<>();
    private long next = -1;
    private long bytes;

    private record Entry<E>(E event, int size) {}

    /** An empty tail that forgets its oldest events beyond these bounds. */
    public Tail(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes the event with this offset. One that was taken before is ignored: the log is being read again. One that does
     * not follow the last makes the tail begin anew.
     *
     * @return whether it is new
     */
    public boolean append(long offset, E event, int size) {
        if (offset < next) {
            return false;
        }
        if (offset > next) {
            clear();
        }
        next = offset + 1;
        entries.addLast(new Entry<>(event, size));
        bytes += size;
        while (entries.size() > maxEvents || bytes > maxBytes) {
            bytes -= entries.removeFirst().size();
        }
        return true;
    }

    /** At most {@code max} events from this offset on; none if it lies before the tail or at its end. */
    public List<E> read(long from, int max) {
        long first = next - entries.size();
        List<E> events = new ArrayList<>();
        if (from < first || from >= next) {
            return events;
        }
        long offset = first;
        for (Entry<E> entry : entries) {
            if (offset >= from + max) {
                break;
            }
            if (offset >= from) {
                events.add(entry.event());
            }
            offset++;
        }
        return events;
    }

    /** Forgets the events but not how far the stream has come. */
    public void clear() {
        entries.clear();
        bytes = 0;
    }

    /** The offset that the next event will have; -1 before the first one was seen. */
    public long next() {
        return next;
    }

    /** The size of what is held. */
    public long bytes() {
        return bytes;
    }
}
