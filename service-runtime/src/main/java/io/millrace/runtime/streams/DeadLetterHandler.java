package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a record that cannot be processed to the dead letters, in the same transaction and with the headers that all
 * services use, and goes on with the next. What is no record's fault (a broker, a store, a punctuation, what the {@link
 * DeadLetterPolicy} says) stops the thread instead, so that nothing is lost. Sources must leave keys and values as bytes,
 * see {@link SourceRecords}. Made by Streams.
 */
public final class DeadLetterHandler implements ProcessingExceptionHandler {
    /** The Streams property that holds the {@link DeadLetterPolicy}. */
    static final String POLICY = "millrace.dead-letters.policy";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterHandler.class);

    private DeadLetterPolicy policy;

    /** Streams configures it before anything else. */
    @NullUnmarked
    public DeadLetterHandler() {}

    @Override
    public void configure(Map<String, ?> configs) {
        if (!(configs.get(POLICY) instanceof DeadLetterPolicy given)) {
            throw new IllegalArgumentException("property " + POLICY + " is not set");
        }
        policy = given;
    }

    @Override
    public Response handleError(ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception exception) {
        if (record == null || exception instanceof KafkaException) {
            return Response.fail();
        }
        Optional<DeadLetterPolicy.Cause> cause = policy.causes().apply(exception);
        if (cause.isEmpty()) {
            return Response.fail();
        }
        LOG.atWarn()
                .addKeyValue("cause", cause.get().code())
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .setCause(cause.get().expected() ? null : exception)
                .log("dead letter: {}", cause.get().message());
        return Response.resume(List.of(letter(context, record, cause.get())));
    }

    private ProducerRecord<byte[], byte[]> letter(
            ErrorHandlerContext context, Record<?, ?> record, DeadLetterPolicy.Cause cause) {
        Headers headers = new DeadLetterHeaders(policy.service(), cause.code(), cause.message())
                .after(record.headers(), context.topic(), context.partition(), context.offset());
        byte @Nullable [] value = bytes(record.value());
        if (value != null && value.length > policy.longestValue()) {
            // It would not fit, and stop the whole partition. The record itself still stands at its offset.
            byte[] length = Integer.toString(value.length).getBytes(StandardCharsets.UTF_8);
            headers.remove(DeadLetterHeaders.VALUE_OMITTED).add(DeadLetterHeaders.VALUE_OMITTED, length);
            value = null;
        }
        return new ProducerRecord<>(policy.topic(), null, null, bytes(record.key()), value, headers);
    }

    private static byte @Nullable [] bytes(@Nullable Object raw) {
        if (raw != null && !(raw instanceof byte[])) {
            throw new IllegalStateException("a source deserializes to " + raw.getClass() + ", not to bytes");
        }
        return (byte[]) raw;
    }
}
