package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics.Lane;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LaneQueuePropertyTest {
    private static final long SECOND = 1_000_000_000L;

    @Property
    void shouldGiveEveryLaneItsShareAndTheFirstTheRest(
            @ForAll @DoubleRange(min = 0.02, max = 0.5) double share,
            @ForAll @IntRange(min = 100, max = 400) int turns) {
        LaneQueue<String> queue = new LaneQueue<>(share);
        fill(queue, turns, 0);

        Map<Lane, Integer> served = serve(queue, turns, 0);

        // Two lanes wait behind the first, and both may become impatient at the same time.
        int least = (int) Math.floor(turns / (1 / share + 1)) - 1;
        assertThat(served.getOrDefault(Lane.HIGH, 0)).isGreaterThanOrEqualTo(least);
        assertThat(served.getOrDefault(Lane.BATCH, 0)).isGreaterThanOrEqualTo(least);
        if (share <= 0.2) {
            assertThat(served.getOrDefault(Lane.ONLINE, 0)).isGreaterThanOrEqualTo((int) (turns * (1 - 2 * share)) - 2);
        }
    }

    @Property
    void shouldServeJobsOftenerTheLongerTheyWait(@ForAll @IntRange(min = 1, max = 600) int seconds) {
        LaneQueue<String> queue = new LaneQueue<>(0.1);
        for (int i = 0; i < 200; i++) {
            queue.add(Lane.BATCH, "job", 0);
            queue.add(Lane.ONLINE, "call", seconds * SECOND);
        }

        Map<Lane, Integer> served = serve(queue, 200, seconds * SECOND);

        double patience = Math.max(1, 9 / (1 + seconds / 10.0));
        assertThat(served.getOrDefault(Lane.BATCH, 0)).isGreaterThanOrEqualTo((int) (200 / (patience + 2)));
        assertThat(served.getOrDefault(Lane.ONLINE, 0)).isGreaterThanOrEqualTo(100);
    }

    @Test
    void shouldKeepTheOrderWithinALane() {
        LaneQueue<Integer> queue = new LaneQueue<>(0.1);
        for (int i = 0; i < 50; i++) {
            queue.add(Lane.HIGH, i, i);
        }

        List<Integer> order = new ArrayList<>();
        for (Optional<QueuedItem<Integer>> next = queue.take(100); next.isPresent(); next = queue.take(100)) {
            order.add(next.get().item());
        }

        assertThat(order).hasSize(50).isSorted();
        assertThat(queue.isEmpty()).isTrue();
    }

    private static void fill(LaneQueue<String> queue, int each, long now) {
        for (Lane lane : Lane.values()) {
            for (int i = 0; i < each; i++) {
                queue.add(lane, "item", now);
            }
        }
    }

    private static Map<Lane, Integer> serve(LaneQueue<String> queue, int turns, long now) {
        Map<Lane, Integer> served = new EnumMap<>(Lane.class);
        for (int i = 0; i < turns; i++) {
            queue.take(now).ifPresent(item -> served.merge(item.lane(), 1, Integer::sum));
        }
        return served;
    }
}
