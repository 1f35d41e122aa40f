package io.millrace.worker.core;

import java.util.Map;

/** The ids that came last, up to a number of them. Not thread-safe. */
public final class RecentIds {
    private final Map<String, Boolean> ids;

    /** @param most how many are kept */
    public RecentIds(int most) {
        ids = new Newest<>(most);
    }

    /** Keeps it as the newest. */
    public void add(String id) {
        ids.put(id, true);
    }

    /** Whether it is among those that are kept. */
    public boolean contains(String id) {
        return ids.containsKey(id);
    }
}
