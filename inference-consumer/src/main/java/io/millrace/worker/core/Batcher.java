package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Puts items together into batches. It is asked whenever the device can take another one, so a batch grows while those
 * before it run, and waits only for items that are known to be on their way.
 *
 * <p>Within a lane the items of a window (the oldest {@value #WINDOW_OF_CALLS} batches of calls, {@value #WINDOW_OF_JOBS} of jobs,
 * which are in no hurry) are sorted by length, so that little is padded; windows follow each other in the order of arrival, so
 * that no item is overtaken for ever. Not thread safe; time is an argument.
 *
 * @param <T> what an item is
 */
public final class Batcher<T> {
    private static final int WINDOW_OF_CALLS = 2;
    private static final int WINDOW_OF_JOBS = 8;

    private BatchLimits limits;
    private final Map<Lane, Waiting> queues = new EnumMap<>(Lane.class);
    private final LaneTurns turns;

    /**
     * A batcher without items.
     *
     * @param share of the turns that a lane gets at least while it waits, above 0 and at most a half
     */
    public Batcher(BatchLimits limits, double share) {
        this.limits = limits;
        this.turns = new LaneTurns(share);
    }

    /** So many more requests of the lane are on their way, each with one or more items. */
    public void expect(Lane lane, int requests) {
        queue(lane).expected += requests;
    }

    /** A request that was expected is here: all its items were added, or it has none. */
    public void arrived(Lane lane) {
        queue(lane).expected--;
    }

    /** An item waits from now on. */
    public void add(QueuedItem<T> item) {
        queue(item.lane()).arrivals.add(item);
    }

    /** From now on batches are half as large, because the device had no memory for this one. */
    public void lower(List<QueuedItem<T>> tooLarge) {
        int longest = tooLarge.stream().mapToInt(QueuedItem::tokens).max().orElse(0);
        Size sum = tooLarge.stream().map(QueuedItem::size).reduce(Size.NONE, Size::plus);
        // Batches that ran beside this one, and were as large, must not lower it once more.
        if (tooLarge.size() > 1 && limits.allow(tooLarge.size(), sum, longest)) {
            halve();
        }
    }

    /** From now on batches are half as large, unless they are so small that it would save no memory to speak of. */
    public void lower() {
        if (limits.areLarge()) {
            halve();
        }
    }

    private void halve() {
        limits = limits.halved();
    }

    /** How many items a batch may have now. */
    public int largestBatch() {
        return limits.items();
    }

    /** How many items wait. */
    public int size() {
        return queues.values().stream().mapToInt(Waiting::size).sum();
    }

    /** What a device that can take a batch should do now. */
    public BatchDecision<T> next(long nowNanos) {
        Map<Lane, Long> waiting = new EnumMap<>(Lane.class);
        queues.forEach((lane, queue) -> {
            if (queue.size() > 0) {
                waiting.put(lane, nowNanos - queue.oldestWaiting());
            }
        });
        return turns.next(waiting).map(lane -> decide(lane, waiting, nowNanos)).orElseGet(BatchDecision.Idle::new);
    }

    private BatchDecision<T> decide(Lane lane, Map<Lane, Long> waiting, long nowNanos) {
        Waiting queue = queue(lane);
        if (queue.isWorthWaitingFor(nowNanos)) {
            return new BatchDecision.WaitUntil<>(queue.oldestArrival() + limits.delayNanos());
        }
        turns.served(lane, waiting);
        return new BatchDecision.Run<>(queue.take());
    }

    private Waiting queue(Lane lane) {
        return queues.computeIfAbsent(
                lane, absent -> new Waiting(lane == Lane.ONLINE ? WINDOW_OF_CALLS : WINDOW_OF_JOBS));
    }

    private final class Waiting {
        private final Deque<QueuedItem<T>> arrivals = new ArrayDeque<>();
        /** Sorted by length; emptied before it is filled again. */
        private final Deque<QueuedItem<T>> window = new ArrayDeque<>();

        private final int windowBatches;
        private int expected;

        Waiting(int windowBatches) {
            this.windowBatches = windowBatches;
        }

        int size() {
            return window.size() + arrivals.size();
        }

        /** When the oldest of all arrived. */
        long oldestWaiting() {
            return window.stream().mapToLong(QueuedItem::arrivedNanos).min().orElseGet(this::oldestArrival);
        }

        long oldestArrival() {
            return arrivals.getFirst().arrivedNanos();
        }

        boolean isWorthWaitingFor(long nowNanos) {
            return expected > 0
                    && window.isEmpty()
                    && !limits.isFull(
                            arrivals.size(),
                            arrivals.stream().map(QueuedItem::size).reduce(Size.NONE, Size::plus))
                    && nowNanos - oldestArrival() < limits.delayNanos();
        }

        List<QueuedItem<T>> take() {
            if (window.isEmpty()) {
                fillWindow();
            }
            List<QueuedItem<T>> batch = new ArrayList<>();
            Size sum = Size.NONE;
            // Items come shortest first, so the next one is the longest and decides about the padding of all.
            while (!window.isEmpty()) {
                QueuedItem<T> next = window.getFirst();
                Size withNext = sum.plus(next.size());
                if (!batch.isEmpty() && !limits.allow(batch.size() + 1, withNext, next.tokens())) {
                    break;
                }
                sum = withNext;
                batch.add(window.removeFirst());
            }
            return batch;
        }

        private void fillWindow() {
            List<QueuedItem<T>> oldest = new ArrayList<>();
            while (!arrivals.isEmpty() && oldest.size() < windowBatches * limits.items()) {
                oldest.add(arrivals.removeFirst());
            }
            oldest.sort(Comparator.comparingInt(QueuedItem::tokens));
            window.addAll(oldest);
        }
    }
}
