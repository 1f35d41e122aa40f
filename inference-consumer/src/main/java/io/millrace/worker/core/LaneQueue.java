package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Items that are taken one by one: in turns of their lanes, within a lane in the order of arrival. Not thread-safe; time is
 * an argument.
 *
 * @param <T> what an item is
 */
public final class LaneQueue<T> {
    private final LaneTurns turns;
    private final Map<Lane, Deque<QueuedItem<T>>> queues = new EnumMap<>(Lane.class);

    /** @param share of the turns that a lane gets at least while it waits, above 0 and at most a half */
    public LaneQueue(double share) {
        this.turns = new LaneTurns(share);
    }

    /** The item waits from now on. */
    public void add(Lane lane, T item, long nowNanos) {
        queue(lane).add(new QueuedItem<>(item, lane, 1, 0, nowNanos));
    }

    /** Takes the item whose turn it is. */
    public Optional<QueuedItem<T>> take(long nowNanos) {
        Map<Lane, Long> waiting = new EnumMap<>(Lane.class);
        queues.forEach((lane, queue) -> {
            if (!queue.isEmpty()) {
                waiting.put(lane, nowNanos - queue.getFirst().arrivedNanos());
            }
        });
        return turns.next(waiting).map(lane -> {
            turns.served(lane, waiting);
            return queue(lane).removeFirst();
        });
    }

    private Deque<QueuedItem<T>> queue(Lane lane) {
        return queues.computeIfAbsent(lane, absent -> new ArrayDeque<>());
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return queues.values().stream().allMatch(Deque::isEmpty);
    }
}
