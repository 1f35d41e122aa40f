package io.millrace.bench.results;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the records of jobs as the other services would. Thread-safe. */
final class JobWriter implements AutoCloseable {
    private static final long DAY_MS = 86_400_000;

    private final KafkaProducer<byte[], byte[]> producer;

    JobWriter(String brokers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "linger.ms", "1", "buffer.memory", "67108864"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A new job with so many registered requests. */
    String job(long requests) throws Exception {
        long now = System.currentTimeMillis();
        String id = Ids.create(Ids.BATCH, now);
        var submitted = send(event(id)
                .setJobSubmitted(JobSubmitted.newBuilder()
                        .setParameters(JobParameters.newBuilder().setJobId(id).setEndpoint("/v1/embeddings"))
                        .setInputFileId(Ids.create(Ids.FILE, now))
                        .setSubmittedAtMs(now)
                        .setDeadlineMs(now + DAY_MS)
                        .setFingerprint(ByteString.copyFromUtf8("bench"))));
        send(event(id)
                        .setExpanded(
                                Expanded.newBuilder().setFrom(0).setTo(requests).setDeadlineMs(now + DAY_MS)))
                .get();
        submitted.get();
        return id;
    }

    /** A result whose body is this text. */
    void result(String job, long item, String text) {
        results(job, item, 1, text);
    }

    /** So many results with this text in one record, as workers write them. */
    void results(String job, long from, int count, String text) {
        List<Result> group = LongStream.range(from, from + count)
                .mapToObj(item -> Result.newBuilder()
                        .setRequestId(Ids.request(job, item))
                        .setItem(item)
                        .setCustomId("line-" + item)
                        .setSuccess(Success.newBuilder()
                                .setStatusCode(200)
                                .setBody(ByteString.copyFromUtf8('"' + text + '"')))
                        .build())
                .toList();
        var unused = send(ResultRecords.together(Tenant.DEFAULT, job, group).toBuilder());
    }

    /** Waits until all is written. */
    void flush() {
        producer.flush();
    }

    /** No more requests come. */
    void finish(String job, long requests) throws Exception {
        send(event(job)
                        .setExpansionFinished(ExpansionFinished.newBuilder()
                                .setTotal(requests)
                                .setValid(requests)))
                .get();
    }

    private Future<RecordMetadata> send(StreamEvent.Builder event) {
        StreamEvent whole = event.build();
        return producer.send(new ProducerRecord<>(
                Topics.RESULTS_JOBS, whole.getStreamId().getBytes(StandardCharsets.UTF_8), whole.toByteArray()));
    }

    private static StreamEvent.Builder event(String job) {
        return StreamEvent.newBuilder().setTenant(Tenant.DEFAULT).setStreamId(job);
    }

    @Override
    public void close() {
        producer.close();
    }
}
