package io.millrace.runtime.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers by which a dead letter tells its cause and origin.
 *
 * @param service which gave up
 * @param causeCode a code of the error catalogue
 * @param causeMessage for the operator
 */
public record DeadLetterHeaders(String service, String causeCode, String causeMessage) {

    /** The record's own headers and these, for a record that stood there. */
    public Headers after(Headers own, String topic, int partition, long offset) {
        Headers headers = new RecordHeaders(own.toArray());
        put(headers, "millrace-cause-code", causeCode);
        put(headers, "millrace-cause-message", causeMessage);
        put(headers, "millrace-source-topic", topic);
        put(headers, "millrace-source-partition", Integer.toString(partition));
        put(headers, "millrace-source-offset", Long.toString(offset));
        put(headers, "millrace-service", service);
        return headers;
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
