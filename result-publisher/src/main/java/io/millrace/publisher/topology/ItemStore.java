package io.millrace.publisher.topology;

import io.millrace.publisher.core.Decision;
import io.millrace.publisher.core.Items;
import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.v1.ItemBlock;
import io.millrace.schemas.v1.RequestState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is known of requests, as a task's processor uses it. For its stream thread alone. */
sealed interface ItemStore {
    /** The requests of a stream, for one record. */
    Items of(StreamKey stream);

    /** Notes what is now known. */
    void put(StreamKey stream, List<Decision.ItemChange> changes);

    /** Removes the stream's next requests, at most about {@link WritableStreams#MOST_REMOVED}; whether there may be more. */
    boolean removeSome(StreamKey stream);

    /** Of jobs: whether they are settled and where, in {@link ItemBlocks}. */
    record OfJobs(KeyValueStore<byte[], ItemBlock> blocks) implements ItemStore {
        @Override
        public Items of(StreamKey stream) {
            Map<Long, Optional<ItemBlock>> read = new HashMap<>();
            return item -> {
                Optional<ItemBlock> block = read.computeIfAbsent(
                        ItemBlocks.first(item),
                        first -> Optional.ofNullable(blocks.get(StoreKeys.numbered(stream, first))));
                return ItemBlocks.result(block.orElse(null), item).stream()
                        .mapToObj(offset -> RequestState.newBuilder()
                                .setResultOffset(offset)
                                .build())
                        .findFirst();
            };
        }

        @Override
        public void put(StreamKey stream, List<Decision.ItemChange> changes) {
            Map<Long, List<Decision.ItemChange>> byBlock = new TreeMap<>();
            for (Decision.ItemChange change : changes) {
                byBlock.computeIfAbsent(ItemBlocks.first(change.item()), first -> new ArrayList<>())
                        .add(change);
            }
            byBlock.forEach((first, some) -> {
                byte[] key = StoreKeys.numbered(stream, first);
                blocks.put(key, ItemBlocks.with(blocks.get(key), some));
            });
        }

        @Override
        public boolean removeSome(StreamKey stream) {
            return remove(blocks, stream, WritableStreams.MOST_REMOVED / ItemBlocks.SIZE);
        }
    }

    /** Of calls: all that is known, each by itself. */
    record OfCalls(KeyValueStore<byte[], RequestState> requests) implements ItemStore {
        @Override
        public Items of(StreamKey stream) {
            return item -> Optional.ofNullable(requests.get(StoreKeys.numbered(stream, item)));
        }

        @Override
        public void put(StreamKey stream, List<Decision.ItemChange> changes) {
            changes.forEach(change -> requests.put(StoreKeys.numbered(stream, change.item()), change.state()));
        }

        @Override
        public boolean removeSome(StreamKey stream) {
            return remove(requests, stream, WritableStreams.MOST_REMOVED);
        }
    }

    private static <V> boolean remove(KeyValueStore<byte[], V> store, StreamKey stream, int most) {
        List<byte[]> keys = new ArrayList<>();
        try (KeyValueIterator<byte[], V> range =
                store.range(StoreKeys.numbered(stream, 0), StoreKeys.numbered(stream, Long.MAX_VALUE))) {
            while (range.hasNext() && keys.size() < most) {
                keys.add(range.next().key);
            }
        }
        keys.forEach(store::delete);
        return keys.size() == most;
    }
}
