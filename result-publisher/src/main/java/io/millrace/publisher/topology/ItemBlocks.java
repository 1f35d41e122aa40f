package io.millrace.publisher.topology;

import io.millrace.publisher.core.Decision;
import io.millrace.schemas.v1.ItemBlock;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Requests of a job in a row as one entry of a store, because an entry for each would cost more than its request. */
final class ItemBlocks {
    /** Requests in one entry. */
    static final int SIZE = 128;

    private ItemBlocks() {}

    /** The first request of the block in which this one is. */
    static long first(long item) {
        return item - item % SIZE;
    }

    /** The offset of the request's result, if it is settled. */
    static OptionalLong result(@Nullable ItemBlock block, long item) {
        int place = (int) (item % SIZE);
        long found = block == null || place >= block.getResultCount() ? 0 : block.getResult(place);
        return found == 0 ? OptionalLong.empty() : OptionalLong.of(found - 1);
    }

    /**
     * The block with these requests settled.
     *
     * @param block as it was; null where none of its requests was settled
     */
    static ItemBlock with(@Nullable ItemBlock block, List<Decision.ItemChange> changes) {
        ItemBlock.Builder next = block == null ? ItemBlock.newBuilder() : block.toBuilder();
        for (Decision.ItemChange change : changes) {
            int place = (int) (change.item() % SIZE);
            while (next.getResultCount() <= place) {
                next.addResult(0);
            }
            next.setResult(place, change.state().getResultOffset() + 1);
        }
        return next.build();
    }
}
