package io.millrace.edge.kafka;

import io.millrace.edge.trace.Traces;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes events of result streams and requests of calls. It has a producer of its own, so that no call waits behind chunks. A
 * future completes when the brokers have acknowledged the record; it fails with {@link ErrorCode#UNAVAILABLE}. Never blocks;
 * safe for use by several threads.
 */
public final class WorkProducer {
    private final RecordProducer producer;

    /** Writes through this producer. */
    public WorkProducer(RecordProducer producer) {
        this.producer = producer;
    }

    /** Writes an event into its stream. */
    public CompletableFuture<ProducedTo> event(StreamKind kind, StreamEvent event) {
        return send(Topics.results(kind), event.getStreamId(), event.toByteArray(), Traces.current());
    }

    /** Puts a request into a lane of its model. */
    public CompletableFuture<ProducedTo> request(Lane lane, InferenceRequest request) {
        return send(
                Topics.requests(request.getModel(), lane),
                request.getRequestId(),
                request.toByteArray(),
                request.getTraceparent());
    }

    private CompletableFuture<ProducedTo> send(String topic, String key, byte[] value, String traceparent) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
        Traceparent.put(record.headers(), traceparent);
        return producer.send(record)
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(
                        new MillraceException(ErrorCode.UNAVAILABLE, "nothing can be accepted now", failed)));
    }
}
