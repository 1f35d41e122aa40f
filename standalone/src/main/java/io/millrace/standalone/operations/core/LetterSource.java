package io.millrace.standalone.operations.core;

/**
 * Where a dead letter's record stood; this names the letter, because a record that is refused twice is still one.
 *
 * @param topic its topic
 * @param partition its partition there
 * @param offset its offset there
 */
public record LetterSource(String topic, int partition, long offset) {
    /** The letter's id: {@code millrace.chunks-3-1742}. */
    public String id() {
        return topic + "-" + partition + "-" + offset;
    }
}
