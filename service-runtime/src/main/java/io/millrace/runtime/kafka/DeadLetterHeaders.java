package io.millrace.runtime.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
    /** The code of the cause. */
    public static final String CAUSE_CODE = "millrace-cause-code";
    /** The cause in words. */
    public static final String CAUSE_MESSAGE = "millrace-cause-message";
    /** The topic in which the record stood. */
    public static final String SOURCE_TOPIC = "millrace-source-topic";
    /** Its partition there. */
    public static final String SOURCE_PARTITION = "millrace-source-partition";
    /** Its offset there. */
    public static final String SOURCE_OFFSET = "millrace-source-offset";
    /** Which part of that record it is, counted from 0, where the record held several things and the letter holds one. */
    public static final String SOURCE_PART = "millrace-source-part";
    /** Who gave up. */
    public static final String SERVICE = "millrace-service";
    /** The bytes of a value that was too long to be carried. */
    public static final String VALUE_OMITTED = "millrace-value-omitted";

    private static final List<String> ALL = List.of(
            CAUSE_CODE,
            CAUSE_MESSAGE,
            SOURCE_TOPIC,
            SOURCE_PARTITION,
            SOURCE_OFFSET,
            SOURCE_PART,
            SERVICE,
            VALUE_OMITTED);

    /** The headers that the record had before it became a dead letter. */
    public static Headers before(Headers letter) {
        Headers own = new RecordHeaders(letter.toArray());
        ALL.forEach(own::remove);
        return own;
    }

    /** The record's own headers and these, for a record that stood there. */
    public Headers after(Headers own, String topic, int partition, long offset) {
        Headers headers = new RecordHeaders(own.toArray());
        put(headers, CAUSE_CODE, causeCode);
        put(headers, CAUSE_MESSAGE, causeMessage);
        put(headers, SOURCE_TOPIC, topic);
        put(headers, SOURCE_PARTITION, Integer.toString(partition));
        put(headers, SOURCE_OFFSET, Long.toString(offset));
        put(headers, SERVICE, service);
        return headers;
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
