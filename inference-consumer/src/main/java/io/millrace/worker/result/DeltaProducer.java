package io.millrace.worker.result;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.DeltaBuffer;
import io.millrace.worker.inference.DeltaSink;
import io.millrace.worker.inference.RequestAttempt;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends pieces of streamed results. When the brokers do not keep up, pieces are dropped: the whole text comes again within a
 * second, and the result has everything. Thread-safe.
 */
public final class DeltaProducer implements DeltaSink, AutoCloseable {
    private final RecordProducer producer;

    /** Opens the producer. */
    public DeltaProducer(KafkaSettings kafka, MeterRegistry meters) {
        producer = new RecordProducer(kafka, ProducerOptions.of("worker-deltas", Topics.DELTAS), meters);
    }

    @Override
    public void send(RequestAttempt attempt, DeltaBuffer.Piece piece) {
        if (!producer.room()) {
            return;
        }
        InferenceRequest request = attempt.request();
        Delta delta = Delta.newBuilder()
                .setTenant(request.getTenant())
                .setStreamId(request.getStream().getId())
                .setRequestId(request.getRequestId())
                .setAttempt(attempt.nonce())
                .setPosition(piece.position())
                .setText(piece.text())
                .build();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.DELTAS, delta.getStreamId().getBytes(StandardCharsets.UTF_8), delta.toByteArray());
        Traceparent.put(record.headers(), request.getTraceparent());
        CompletableFuture<ProducedTo> unused = producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
    }
}
