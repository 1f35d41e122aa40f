package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.ItemRange;
import io.millrace.schemas.v1.StreamState;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RegisteredItemsPropertyTest {
    private static final int ITEMS = 120;

    @Property(tries = 500)
    void shouldHoldWhatWasAddedAndNothingElse(@ForAll @IntRange(min = 1, max = 40) int slices, @ForAll long seed) {
        // given
        Random random = new Random(seed);
        BitSet expected = new BitSet();
        StreamState.Builder state = StreamState.newBuilder();

        // when
        for (int i = 0; i < slices; i++) {
            int from = random.nextInt(ITEMS);
            int to = from + 1 + random.nextInt(6);
            RegisteredItems.add(state, from, to);
            expected.set(from, to);
        }

        // then
        for (int item = 0; item < ITEMS + 8; item++) {
            assertThat(RegisteredItems.contains(state, item)).isEqualTo(expected.get(item));
        }
        assertThat(RegisteredItems.count(state)).isEqualTo(expected.cardinality());
        List<ItemRange> ranges = RegisteredItems.ranges(state);
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).getFrom()).isGreaterThan(ranges.get(i - 1).getTo());
        }
    }
}
