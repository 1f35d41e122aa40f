package io.millrace.bench.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How long clients wait for anything to come: the gaps in each piece of work that is under way. Times are those of
 * {@link System#nanoTime}. Safe for use by several threads.
 */
final class Stalls {
    private static final long WORTH_KEEPING = Duration.ofMillis(100).toNanos();

    private final Set<Track> running = ConcurrentHashMap.newKeySet();
    private final List<Gap> gaps = new ArrayList<>();

    /**
     * A time in which nothing came.
     *
     * @param flow the kind of work
     */
    record Gap(String flow, long from, long to) {
        static final Gap NONE = new Gap("", 0, 0);

        /** What of it lies after a moment. */
        Duration after(long moment) {
            return Duration.ofNanos(Math.max(0, to - Math.max(from, moment)));
        }
    }

    /** A piece of work begins. */
    Track begin(String flow) {
        Track track = new Track(this, flow);
        running.add(track);
        return track;
    }

    void ended(Track track) {
        running.remove(track);
    }

    void gap(String flow, long from, long to) {
        if (to - from >= WORTH_KEEPING) {
            synchronized (gaps) {
                gaps.add(new Gap(flow, from, to));
            }
        }
    }

    /** The gap that is the longest behind a moment, those included that are not over. */
    Gap longest(long since) {
        return all(since)
                .reduce((a, b) -> a.after(since).compareTo(b.after(since)) >= 0 ? a : b)
                .orElse(Gap.NONE);
    }

    /** Whether something has come, since a moment, in every piece of work that is under way. */
    boolean allMovedSince(long moment) {
        return running.stream().allMatch(track -> track.last() - moment > 0);
    }

    /** The end of the last gap behind a moment that was longer than tolerated; the moment itself if there was none. */
    long settled(long since, Duration tolerated) {
        return all(since)
                .filter(gap -> gap.after(since).compareTo(tolerated) > 0)
                .mapToLong(Gap::to)
                .max()
                .orElse(since);
    }

    private Stream<Gap> all(long since) {
        long now = System.nanoTime();
        List<Gap> over;
        synchronized (gaps) {
            over = gaps.stream().filter(gap -> gap.to() > since).toList();
        }
        return Stream.concat(over.stream(), running.stream().map(track -> new Gap(track.flow(), track.last(), now)));
    }
}
