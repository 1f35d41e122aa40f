package io.millrace.runtime.streams;

import java.util.Optional;
import java.util.function.Function;

/**
 * When a record whose processing failed becomes a dead letter, and what that says.
 *
 * @param service as dead letters name it
 * @param topic of the dead letters
 * @param longestValue bytes; a longer value is left out of its dead letter
 * @param causes what is wrong with the record; empty where it is not to blame, which stops the task, because going on would
 *     lose it. Never asked about what is Kafka's own fault.
 */
public record DeadLetterPolicy(
        String service, String topic, long longestValue, Function<Exception, Optional<Cause>> causes) {
    /**
     * Why a record is refused.
     *
     * @param code of the error catalogue
     * @param message for the operator
     * @param expected by the rules; the log shows where anything else was thrown
     */
    public record Cause(String code, String message, boolean expected) {}
}
