package io.millrace.assembler.topology;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a record that cannot be processed to the dead letters, in the same transaction and with the headers that all
 * services use, and goes on with the next. What is no record's fault (a broker, a store, a punctuation) stops the thread
 * instead, so that nothing is lost.
 */
public final class RefusedRecordHandler implements ProcessingExceptionHandler {
    /** The Streams property that says how long a value may be to stand in a dead letter. */
    static final String LONGEST_VALUE = "millrace.dead-letters.longest-value";

    static final String SERVICE = "chunk-assembler";

    private static final Logger LOG = LoggerFactory.getLogger(RefusedRecordHandler.class);

    private String topic = "";
    private int longestValue;

    @Override
    public void configure(Map<String, ?> configs) {
        topic = String.valueOf(configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG));
        longestValue = Integer.parseInt(String.valueOf(configs.get(LONGEST_VALUE)));
    }

    @Override
    public Response handleError(ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception exception) {
        if (record == null || exception instanceof KafkaException) {
            return Response.fail();
        }
        String code = causeCode(exception);
        String message = exception instanceof MillraceException known ? known.getMessage() : exception.toString();
        LOG.atWarn()
                .addKeyValue("cause", code)
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .setCause(exception instanceof MillraceException ? null : exception)
                .log("dead letter: {}", message);
        Headers headers = headers(context, record, code, message);
        byte @Nullable [] value = (byte[]) record.value();
        if (value != null && value.length > longestValue) {
            // It would not fit, and stop the whole partition. The record itself still stands at its offset.
            put(headers, "millrace-value-omitted", Integer.toString(value.length));
            value = null;
        }
        return Response.resume(List.of(new ProducerRecord<>(topic, null, null, (byte[]) record.key(), value, headers)));
    }

    /** The code of the catalogue that says why a record was refused. */
    static String causeCode(Exception exception) {
        return exception instanceof MillraceException known ? known.code().code() : ErrorCode.INTERNAL.code();
    }

    private static Headers headers(ErrorHandlerContext context, Record<?, ?> record, String code, String message) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        put(headers, "millrace-cause-code", code);
        put(headers, "millrace-cause-message", message);
        put(headers, "millrace-source-topic", context.topic());
        put(headers, "millrace-source-partition", Integer.toString(context.partition()));
        put(headers, "millrace-source-offset", Long.toString(context.offset()));
        put(headers, "millrace-service", SERVICE);
        return headers;
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
