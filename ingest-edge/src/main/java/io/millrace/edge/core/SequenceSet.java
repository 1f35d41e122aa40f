package io.millrace.edge.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which sequence numbers are there, from 0; kept as ranges, so that what comes nearly in order needs no memory. */
public final class SequenceSet {
    /** The ranges by their first number, each to its end (exclusive); they do not touch each other. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /**
     * Numbers that are missing.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public record Gap(long from, long to) {}

    /** Adds the numbers from {@code from} (inclusive) to {@code to} (exclusive). */
    public void add(long from, long to) {
        if (from < 0) {
            throw new IllegalArgumentException("sequence numbers begin at 0, not at " + from);
        }
        if (to <= from) {
            return;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        Map.Entry<Long, Long> next = ranges.ceilingEntry(start);
        while (next != null && next.getKey() <= end) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
            next = ranges.ceilingEntry(start);
        }
        ranges.put(start, end);
    }

    /** Whether this number is there. */
    public boolean contains(long number) {
        Map.Entry<Long, Long> range = ranges.floorEntry(number);
        return range != null && number < range.getValue();
    }

    /** The lowest number that is not there. */
    public long next() {
        Long end = ranges.get(0L);
        return end == null ? 0 : end;
    }

    /** What follows the highest number that is there; of more than so many gaps, what is told ends with the last of them. */
    public long end(int mostGaps) {
        long at = next();
        int gaps = 0;
        for (Map.Entry<Long, Long> range : ranges.tailMap(at, true).entrySet()) {
            if (gaps++ == mostGaps) {
                return at;
            }
            at = range.getValue();
        }
        return at;
    }

    /** The first gaps below the highest number that is there, in order. */
    public List<Gap> gaps(int most) {
        List<Gap> gaps = new ArrayList<>();
        long at = next();
        for (Map.Entry<Long, Long> range : ranges.tailMap(at, true).entrySet()) {
            if (gaps.size() == most) {
                return gaps;
            }
            gaps.add(new Gap(at, range.getKey()));
            at = range.getValue();
        }
        return gaps;
    }
}
