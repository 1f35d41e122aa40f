package io.millrace.worker.core;

import java.util.List;

/**
 * What a device that can take a batch should do now.
 *
 * @param <T> what an item is
 */
public sealed interface BatchDecision<T> {
    /** Run these, at least one, all of one lane, shortest first. */
    record Run<T>(List<QueuedItem<T>> batch) implements BatchDecision<T> {}

    /** More items are expected: ask again at this time, or when one was added. */
    record WaitUntil<T>(long nanos) implements BatchDecision<T> {}

    /** Nothing is there: ask again when an item was added. */
    record Idle<T>() implements BatchDecision<T> {}
}
