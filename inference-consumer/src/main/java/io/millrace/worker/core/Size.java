package io.millrace.worker.core;

/**
 * How much an item is, or several together.
 *
 * @param tokens what the model reads, without padding
 * @param bytes what was sent
 */
public record Size(long tokens, long bytes) {
    /** Of no item. */
    static final Size NONE = new Size(0, 0);

    /** Of both. */
    Size plus(Size other) {
        return new Size(tokens + other.tokens, bytes + other.bytes);
    }
}
