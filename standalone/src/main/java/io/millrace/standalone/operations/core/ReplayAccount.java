package io.millrace.standalone.operations.core;

import io.millrace.standalone.operations.core.ReplayRule.Choice;
import java.util.EnumMap;
import java.util.Map;

/** Accounts for every request that a replay has read: each has exactly one choice, as has a record without any. */
public final class ReplayAccount {
    private final Map<Choice, Long> counts = new EnumMap<>(Choice.class);
    private long records;
    private long read;
    private long bytes;
    private long firstMs = Long.MAX_VALUE;
    private long lastMs = Long.MIN_VALUE;

    /**
     * A record was read.
     *
     * @param requests in it; 0 if it cannot be read, which has a choice as well
     */
    public void read(int requests, long size, long atMs) {
        records++;
        read += Math.max(1, requests);
        bytes += size;
        firstMs = Math.min(firstMs, atMs);
        lastMs = Math.max(lastMs, atMs);
    }

    /** So many requests have this choice. */
    public void count(Choice choice, long more) {
        counts.merge(choice, more, Long::sum);
    }

    /** Of so many it turned out that they have another. */
    public void change(Choice from, Choice to, long moved) {
        count(from, -moved);
        count(to, moved);
    }

    /** How many requests have this choice. */
    public long of(Choice choice) {
        return counts.getOrDefault(choice, 0L);
    }

    /** All records. */
    public long records() {
        return records;
    }

    /** All requests in them, those that cannot be read included. */
    public long read() {
        return read;
    }

    /** The size of the records. */
    public long bytes() {
        return bytes;
    }

    /** When the first was accepted; meaningless where none was read. */
    public long firstMs() {
        return firstMs;
    }

    /** When the last was. */
    public long lastMs() {
        return lastMs;
    }

    /** Whether everything that was read has its choice. */
    public boolean balances() {
        return counts.values().stream().mapToLong(Long::longValue).sum() == read
                && counts.values().stream().allMatch(count -> count >= 0);
    }

    /** The counts by choice, those that are not zero. */
    public Map<Choice, Long> counts() {
        Map<Choice, Long> shown = new EnumMap<>(Choice.class);
        counts.forEach((choice, count) -> {
            if (count != 0) {
                shown.put(choice, count);
            }
        });
        return shown;
    }
}
