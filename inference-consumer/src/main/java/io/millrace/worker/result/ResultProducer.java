package io.millrace.worker.result;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.Success;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.inference.ResultSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes outcomes as results: those of jobs compressed and gathered for some milliseconds in common records, those of calls at
 * once.
 * Thread-safe.
 */
public final class ResultProducer implements ResultSink, AutoCloseable {
    private static final int OK = 200;
    private static final String LINGER_MS = "5";
    private static final String BATCH_BYTES = "262144";
    private static final int GROUP_RESULTS = 64;
    private static final long GROUP_BYTES = 64 << 10;
    private static final Duration GROUP_PATIENCE = Duration.ofMillis(5);
    /**
     * Results that come while one request is under way share the next. With more than one, a producer turns without waiting for as
     * long as a partition's first request is tried again (Kafka 4.3), which is when a broker is away and others need the processor.
     */
    private static final String IN_FLIGHT = "1";

    /** With the usual 3 compression is half of a worker's processor time beside the model, for a few bytes less. */
    private static final String ZSTD_LEVEL = "1";

    private static final long RECORD_OVERHEAD = 1024;

    private final ByteSize maxResultSize;
    private final RecordProducer jobs;
    private final RecordProducer calls;
    private final ResultGroups groups;

    /**
     * Opens the producers.
     *
     * @param maxResultSize the largest event that is written; what would be larger becomes a failure
     */
    public ResultProducer(KafkaSettings kafka, ByteSize maxResultSize, MeterRegistry meters) {
        this.maxResultSize = maxResultSize;
        String maxRequestSize = Long.toString(maxResultSize.bytes() + RECORD_OVERHEAD);
        jobs = new RecordProducer(
                kafka,
                ProducerOptions.of("worker-results-jobs", Topics.RESULTS_JOBS)
                        .with("max.request.size", maxRequestSize)
                        .with("linger.ms", LINGER_MS)
                        .with("batch.size", BATCH_BYTES)
                        .with("max.in.flight.requests.per.connection", IN_FLIGHT)
                        .with("compression.type", "zstd")
                        .with("compression.zstd.level", ZSTD_LEVEL),
                meters);
        calls = new RecordProducer(
                kafka,
                ProducerOptions.of("worker-results-calls", Topics.RESULTS_CALLS)
                        .with("max.request.size", maxRequestSize)
                        .with("max.in.flight.requests.per.connection", IN_FLIGHT),
                meters);
        long mostBytes = Math.min(GROUP_BYTES, maxResultSize.bytes());
        groups = new ResultGroups(new ResultGroups.Bounds(GROUP_RESULTS, mostBytes, GROUP_PATIENCE), this::write);
    }

    @Override
    public CompletableFuture<ProducedTo> publish(InferenceRequest request, String attempt, Outcome outcome) {
        ResultGroups.Address address = new ResultGroups.Address(
                request.getTenant(), request.getStream().getId());
        Result result = result(request, attempt, outcome);
        int size = event(address, List.of(result)).getSerializedSize();
        if (size > maxResultSize.bytes()) {
            result = result(request, attempt, tooLarge(size));
        }
        return request.getStream().getKind() == StreamKind.STREAM_KIND_CALL
                ? write(calls, Topics.RESULTS_CALLS, address, List.of(result))
                : groups.add(address, result);
    }

    private CompletableFuture<ProducedTo> write(ResultGroups.Address address, List<Result> results) {
        return write(jobs, Topics.RESULTS_JOBS, address, results);
    }

    private static CompletableFuture<ProducedTo> write(
            RecordProducer producer, String topic, ResultGroups.Address address, List<Result> results) {
        byte[] key = address.streamId().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key, event(address, results).toByteArray());
        Traceparent.put(record.headers(), results.getFirst().getTraceparent());
        return producer.send(record);
    }

    private static StreamEvent event(ResultGroups.Address address, List<Result> results) {
        return ResultRecords.together(address.tenant(), address.streamId(), results);
    }

    private Outcome tooLarge(int size) {
        return new Outcome.Failed(
                ErrorCode.INVALID_REQUEST,
                "the answer would have " + size + " bytes, more than the limit of " + maxResultSize.bytes()
                        + ": send fewer inputs in one request, or ask for base64");
    }

    private static Result result(InferenceRequest request, String attempt, Outcome outcome) {
        Result.Builder result = Result.newBuilder()
                .setRequestId(request.getRequestId())
                .setItem(request.getItem())
                .setCustomId(request.getCustomId())
                .setTraceparent(request.getTraceparent())
                .setAttempt(attempt);
        switch (outcome) {
            case Outcome.Succeeded succeeded -> {
                Success.Builder success = Success.newBuilder().setStatusCode(OK).setBody(succeeded.body());
                succeeded.usage().ifPresent(success::setUsage);
                result.setSuccess(success);
            }
            case Outcome.Failed failed -> result.setFailure(failure(request, failed));
            case Outcome.Abandoned abandoned -> throw new IllegalArgumentException("nothing was decided");
            case Outcome.GivenBack givenBack -> throw new IllegalArgumentException("nothing was decided");
            case Outcome.Expired expired -> throw new IllegalArgumentException("its stream decides that");
            case Outcome.Cancelled cancelled -> throw new IllegalArgumentException("its stream decided that");
        }
        return result.build();
    }

    private static Failure failure(InferenceRequest request, Outcome.Failed failed) {
        Failure.Builder failure = Failure.newBuilder().setCode(failed.code()).setMessage(failed.message());
        if (request.hasLine()) {
            failure.setLine(request.getLine());
        }
        return failure.build();
    }

    /** Waits some seconds for what is under way. */
    @Override
    public void close() {
        groups.close();
        jobs.close();
        calls.close();
    }
}
