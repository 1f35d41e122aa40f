package io.millrace.assembler.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Bounded reads of a range of a store; iterators are always closed. */
final class StoreRanges {
    private StoreRanges() {}

    /** The first entry of the range, both ends included. */
    static <V> @Nullable KeyValue<byte[], V> first(ReadOnlyKeyValueStore<byte[], V> store, byte[] from, byte[] to) {
        try (KeyValueIterator<byte[], V> entries = store.range(from, to)) {
            return entries.hasNext() ? entries.next() : null;
        }
    }

    /** The last entry of the range, both ends included. */
    static <V> @Nullable KeyValue<byte[], V> last(ReadOnlyKeyValueStore<byte[], V> store, byte[] from, byte[] to) {
        try (KeyValueIterator<byte[], V> entries = store.reverseRange(from, to)) {
            return entries.hasNext() ? entries.next() : null;
        }
    }

    /** The first entries of the range, both ends included. */
    static <V> List<KeyValue<byte[], V>> some(
            ReadOnlyKeyValueStore<byte[], V> store, byte[] from, byte[] to, int most) {
        List<KeyValue<byte[], V>> some = new ArrayList<>();
        try (KeyValueIterator<byte[], V> entries = store.range(from, to)) {
            while (some.size() < most && entries.hasNext()) {
                some.add(entries.next());
            }
        }
        return some;
    }
}
