package io.millrace.worker.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that keeps what was put or read last, up to a number of entries. Not thread-safe. */
final class Newest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private static final int CAPACITY = 16;
    private static final float LOAD_FACTOR = 0.75f;

    private final int most;

    /** @param most how many entries are kept */
    Newest(int most) {
        super(CAPACITY, LOAD_FACTOR, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
