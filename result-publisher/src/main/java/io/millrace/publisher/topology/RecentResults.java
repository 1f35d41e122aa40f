package io.millrace.publisher.topology;

import io.millrace.schemas.v1.Result;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of records that were used last, within a bound. What comes new always goes in, and what was not used for longest goes
 * out: followers read each record soon after it has come and not again, which caches that go by frequency take for a reason to
 * keep the old ones. Thread-safe.
 */
final class RecentResults {
    /** A record of the topic of jobs. */
    record Place(int partition, long offset) {}

    private record Entry(List<Result> results, int bytes) {}

    private final long maxBytes;
    private final Map<Place, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param maxBytes of the values of their records; one that is larger is not kept */
    RecentResults(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized @Nullable List<Result> find(Place place) {
        @Nullable Entry entry = entries.get(place);
        return entry == null ? null : entry.results();
    }

    /** @param size bytes of the record's value */
    synchronized void keep(Place place, List<Result> results, int size) {
        @Nullable Entry before = entries.put(place, new Entry(results, size));
        bytes += size - (before == null ? 0 : before.bytes());
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > maxBytes) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Bytes of the values of the records that are kept. */
    synchronized long bytes() {
        return bytes;
    }
}
