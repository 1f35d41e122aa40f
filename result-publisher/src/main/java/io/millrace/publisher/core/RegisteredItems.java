package io.millrace.publisher.core;

import io.millrace.schemas.v1.ItemRange;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.StreamStateOrBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Which requests of a job are registered: all below one number, and further ranges while lines come out of order or where
 * blank lines leave holes.
 */
public final class RegisteredItems {
    /** A job whose registered items have more holes than this fails, because its state would grow without a bound. */
    static final int MAX_GAPS = 4_096;

    private RegisteredItems() {}

    /** All ranges in order; none touches another. */
    public static List<ItemRange> ranges(StreamStateOrBuilder state) {
        List<ItemRange> ranges = new ArrayList<>(1 + state.getFurtherCount());
        if (state.getRegistered() > 0) {
            ranges.add(range(0, state.getRegistered()));
        }
        ranges.addAll(state.getFurtherList());
        return ranges;
    }

    /** How many there are. */
    static long count(StreamStateOrBuilder state) {
        long count = state.getRegistered();
        for (ItemRange range : state.getFurtherList()) {
            count += range.getTo() - range.getFrom();
        }
        return count;
    }

    /** Whether this one is among them. */
    public static boolean contains(StreamStateOrBuilder state, long item) {
        return containsAll(state, item, item + 1);
    }

    /** Whether all of these are among them. */
    static boolean containsAll(StreamStateOrBuilder state, long from, long to) {
        if (to <= state.getRegistered()) {
            return true;
        }
        int low = 0;
        int high = state.getFurtherCount() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ItemRange range = state.getFurther(middle);
            if (from < range.getFrom()) {
                high = middle - 1;
            } else if (from >= range.getTo()) {
                low = middle + 1;
            } else {
                return to <= range.getTo();
            }
        }
        return false;
    }

    /** Adds these; some of them may be there already. */
    static void add(StreamState.Builder state, long from, long to) {
        long start = from;
        long end = to;
        List<ItemRange> merged = new ArrayList<>();
        int after = -1;
        for (ItemRange range : ranges(state)) {
            if (range.getTo() < start) {
                merged.add(range);
            } else if (range.getFrom() > end) {
                if (after < 0) {
                    after = merged.size();
                }
                merged.add(range);
            } else {
                start = Math.min(start, range.getFrom());
                end = Math.max(end, range.getTo());
            }
        }
        merged.add(after < 0 ? merged.size() : after, range(start, end));
        boolean contiguous = merged.getFirst().getFrom() == 0;
        state.setRegistered(contiguous ? merged.getFirst().getTo() : 0)
                .clearFurther()
                .addAllFurther(contiguous ? merged.subList(1, merged.size()) : merged);
    }

    private static ItemRange range(long from, long to) {
        return ItemRange.newBuilder().setFrom(from).setTo(to).build();
    }
}
