package io.millrace.edge.kafka;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.edge.trace.Traces;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes the records of uploads. A future completes when the brokers have acknowledged the record, on a thread of the
 * producer; it fails with {@link ErrorCode#UNAVAILABLE}. Never blocks; safe for use by several threads.
 */
public final class ChunkProducer {
    private final RecordProducer producer;
    private final Timer acknowledged;

    /** Writes through this producer, which must not compress. */
    public ChunkProducer(RecordProducer producer, MeterRegistry meters) {
        this.producer = producer;
        this.acknowledged = EdgeMetrics.CHUNK_ACK.timer(meters);
    }

    /** Writes bytes of an upload, which must not change any more, as one record. */
    public CompletableFuture<ProducedTo> data(String tenant, String uploadId, long offset, byte[] bytes) {
        return data(tenant, uploadId, offset, bytes, Map.of());
    }

    /**
     * Writes bytes of an upload, which must not change any more, as one record.
     *
     * @param more further {@link ChunkHeaders}
     */
    public CompletableFuture<ProducedTo> data(
            String tenant, String uploadId, long offset, byte[] bytes, Map<String, String> more) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        ProducerRecord<byte[], byte[]> data = chunk(RecordKind.DATA, tenant, uploadId, bytes);
        ChunkHeaders.put(data.headers(), ChunkHeaders.OFFSET, Long.toString(offset));
        ChunkHeaders.put(data.headers(), ChunkHeaders.CRC32C, Long.toString(checksum.getValue()));
        more.forEach((name, value) -> ChunkHeaders.put(data.headers(), name, value));
        long sentAt = System.nanoTime();
        return send(data).whenComplete((to, failed) -> {
            if (failed == null) {
                acknowledged.record(Duration.ofNanos(System.nanoTime() - sentAt));
            }
        });
    }

    /** Writes a control record of an upload. */
    public CompletableFuture<ProducedTo> control(RecordKind kind, String tenant, String uploadId, MessageLite message) {
        return send(chunk(kind, tenant, uploadId, message.toByteArray()));
    }

    /** Whether more can be handed over without piling up. */
    public boolean room() {
        return producer.room();
    }

    /** Runs this once, as soon as there is room again. */
    public void onRoom(Runnable action) {
        producer.onRoom(action);
    }

    private CompletableFuture<ProducedTo> send(ProducerRecord<byte[], byte[]> chunk) {
        return producer.send(chunk)
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(
                        new MillraceException(ErrorCode.UNAVAILABLE, "the upload cannot be stored now", failed)));
    }

    private static ProducerRecord<byte[], byte[]> chunk(RecordKind kind, String tenant, String uploadId, byte[] value) {
        ProducerRecord<byte[], byte[]> chunk =
                new ProducerRecord<>(Topics.CHUNKS, uploadId.getBytes(StandardCharsets.UTF_8), value);
        Headers headers = chunk.headers();
        ChunkHeaders.put(headers, ChunkHeaders.KIND, kind.headerValue());
        ChunkHeaders.put(headers, ChunkHeaders.TENANT, tenant);
        Traceparent.put(headers, Traces.current());
        return chunk;
    }
}
