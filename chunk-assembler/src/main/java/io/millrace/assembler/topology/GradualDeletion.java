package io.millrace.assembler.topology;

import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Deletes all that a store has of an upload or job to which nothing is added any more, a bounded number of entries at a time.
 * It goes on where it stopped: what was deleted stays in the way of a search until RocksDB tidies up, so that beginning anew
 * each time costs the square of the number of entries. For the stream thread alone.
 *
 * @param <V> the store's values
 */
final class GradualDeletion<V> {
    private final KeyValueStore<byte[], V> store;
    /** What was deleted from last, and the last of its keys that was. */
    private @Nullable EntityKey last;

    private byte[] reached = {};

    GradualDeletion(KeyValueStore<byte[], V> store) {
        this.store = store;
    }

    /** Deletes the next entries of this upload or job; returns how many it were, fewer than may be only at the end. */
    int some(EntityKey of, int most) {
        byte[] from = of.equals(last) ? reached : of.first();
        List<KeyValue<byte[], V>> some = StoreRanges.some(store, from, of.last(), most);
        for (KeyValue<byte[], V> entry : some) {
            store.delete(entry.key);
        }
        if (some.size() < most) {
            last = null;
        } else if (most > 0) {
            last = of;
            reached = some.getLast().key;
        }
        return some.size();
    }
}
