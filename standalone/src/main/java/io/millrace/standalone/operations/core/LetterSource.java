package io.millrace.standalone.operations.core;

import java.util.Optional;

/**
 * Where a dead letter's record stood; this names the letter, because a record that is refused twice is still one.
 *
 * @param topic its topic
 * @param partition its partition there
 * @param offset its offset there
 * @param part which part of that record it is, where the record held several requests and the letter holds one
 */
public record LetterSource(String topic, int partition, long offset, Optional<Integer> part) {
    /** A whole record. */
    public LetterSource(String topic, int partition, long offset) {
        this(topic, partition, offset, Optional.empty());
    }

    /** The letter's id: {@code millrace.chunks-3-1742}, or {@code millrace.requests.m.batch-3-1742-5} of a part. */
    public String id() {
        return topic + "-" + partition + "-" + offset
                + part.map(number -> "-" + number).orElse("");
    }
}
