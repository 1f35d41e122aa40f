package io.millrace.standalone.operations.replay;

import com.google.protobuf.Message;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Priority;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes what a replay consists of; every method returns when the brokers have it. Whatever it writes may be written again. */
final class ReplayProducer implements AutoCloseable {
    private final Producer<byte[], byte[]> chunks;
    private final Producer<byte[], byte[]> work;

    ReplayProducer(KafkaSettings kafka) {
        chunks = producer(kafka, "replay-chunks", "none");
        work = producer(kafka, "replay-work", "zstd");
    }

    private static Producer<byte[], byte[]> producer(KafkaSettings kafka, String name, String compression) {
        return new KafkaProducer<>(
                kafka.client(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        name,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        compression)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Requests go into their lane. */
    void resend(String topic, List<InferenceRequest> requests) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (InferenceRequest request : requests) {
            sent.add(work.send(new ProducerRecord<>(topic, bytes(request.getRequestId()), request.toByteArray())));
        }
        for (Future<RecordMetadata> each : sent) {
            await(each);
        }
    }

    /** An upload of whole request lines begins, and its job with it. */
    void open(UploadOpen open) throws InterruptedException {
        control(RecordKind.OPEN, open.getUploadId(), open);
    }

    /** A file is to become the requests of a job. */
    void control(RecordKind kind, String uploadId, Message message) throws InterruptedException {
        await(chunks.send(record(kind, uploadId, message.toByteArray())));
    }

    /** A chunk of whole lines. */
    void chunk(String uploadId, LineChunks.Chunk chunk) throws InterruptedException {
        ProducerRecord<byte[], byte[]> record =
                record(RecordKind.DATA, uploadId, chunk.bytes().toByteArray());
        java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
        sum.update(record.value());
        ChunkHeaders.put(record.headers(), ChunkHeaders.OFFSET, Long.toString(chunk.offset()));
        ChunkHeaders.put(record.headers(), ChunkHeaders.CRC32C, Long.toString(sum.getValue()));
        ChunkHeaders.put(record.headers(), ChunkHeaders.SEQUENCE, Long.toString(chunk.sequence()));
        ChunkHeaders.put(record.headers(), ChunkHeaders.FIRST_LINE, Long.toString(chunk.firstLine()));
        await(chunks.send(record));
    }

    /** A job over a file exists. */
    void submit(String jobId, JobSubmitted job) throws InterruptedException {
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setStreamId(jobId)
                .setJobSubmitted(job)
                .build();
        await(work.send(new ProducerRecord<>(Topics.RESULTS_JOBS, bytes(jobId), event.toByteArray())));
    }

    /** What a job of a replay has besides its requests. */
    static JobParameters parameters(Plan.Terms terms, String endpoint, String replayOf) {
        return JobParameters.newBuilder()
                .setEndpoint(endpoint)
                .setPriority(terms.high() ? Priority.PRIORITY_HIGH : Priority.PRIORITY_BATCH)
                .setCompletionWindow(terms.window())
                .setCompletionWindowMs(terms.windowMs())
                .setReplayOf(replayOf)
                .build();
    }

    private static ProducerRecord<byte[], byte[]> record(RecordKind kind, String uploadId, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.CHUNKS, bytes(uploadId), value);
        ChunkHeaders.put(record.headers(), ChunkHeaders.KIND, kind.headerValue());
        ChunkHeaders.put(record.headers(), ChunkHeaders.TENANT, Tenant.DEFAULT);
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void await(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a record of the replay could not be written", e.getCause());
        }
    }

    @Override
    public void close() {
        chunks.close();
        work.close();
    }
}
