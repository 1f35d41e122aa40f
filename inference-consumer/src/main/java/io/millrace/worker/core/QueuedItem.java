package io.millrace.worker.core;

import io.millrace.schemas.Topics.Lane;

/**
 * An item that waits for its batch.
 *
 * @param <T> what the item is; the batcher does not look at it
 * @param tokens its length, at least 1
 * @param bytes its share of what was sent
 * @param arrivedNanos when it was added
 */
public record QueuedItem<T>(T item, Lane lane, int tokens, long bytes, long arrivedNanos) {
    Size size() {
        return new Size(tokens, bytes);
    }
}
