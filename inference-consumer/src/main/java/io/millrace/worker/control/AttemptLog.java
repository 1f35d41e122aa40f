package io.millrace.worker.control;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.AttemptBegun;
import io.millrace.schemas.v1.Control;
import io.millrace.worker.core.AttemptCounts;
import io.millrace.worker.inference.AttemptNumbers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts attempts in the control topic, which every worker reads from its beginning: an attempt is written there, and its number
 * is known when it is read back. Only requests that were delivered before cost a record. Thread-safe.
 */
public final class AttemptLog implements AttemptNumbers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptLog.class);
    private static final int REMEMBERED = 100_000;
    /** A request that comes again does not wait longer to know how often it has come; a worker that starts reads the log first. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RecordProducer producer;
    private final AttemptCounts counts = new AttemptCounts(REMEMBERED);
    private final Map<String, CompletableFuture<Integer>> awaited = new ConcurrentHashMap<>();

    /** Opens the producer; what others wrote is told to {@link #begun} and {@link #givenBack}. */
    public AttemptLog(KafkaSettings kafka, MeterRegistry meters) {
        this.producer = new RecordProducer(
                kafka, ProducerOptions.of("worker-attempts", Topics.CONTROL).withDeliveryTimeout(PATIENCE), meters);
    }

    @Override
    public CompletionStage<Integer> begin(String requestId) {
        String mark = UUID.randomUUID().toString();
        CompletableFuture<Integer> number = new CompletableFuture<>();
        awaited.put(mark, number);
        write(
                        requestId,
                        Control.newBuilder()
                                .setAttemptBegun(AttemptBegun.newBuilder()
                                        .setRequestId(requestId)
                                        .setMark(mark))
                                .build())
                .exceptionally(failed -> {
                    number.completeExceptionally(failed);
                    return null;
                });
        return number.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((known, failed) -> awaited.remove(mark));
    }

    @Override
    public void giveBack(String requestId) {
        CompletableFuture<ProducedTo> unused = write(
                        requestId,
                        Control.newBuilder().setGivenBackRequestId(requestId).build())
                .whenComplete((where, failed) -> {
                    if (failed != null) {
                        LOG.atWarn()
                                .addKeyValue("request", requestId)
                                .setCause(failed)
                                .log("an attempt that was given back counts all the same");
                    }
                });
    }

    private CompletableFuture<ProducedTo> write(String requestId, Control notice) {
        return producer.send(
                new ProducerRecord<>(Topics.CONTROL, requestId.getBytes(StandardCharsets.UTF_8), notice.toByteArray()));
    }

    /** The log is read from its beginning again. */
    synchronized void restart() {
        counts.clear();
    }

    /** An attempt stands in the log. */
    synchronized void begun(AttemptBegun attempt) {
        int number = counts.begun(attempt.getRequestId());
        CompletableFuture<Integer> ours = awaited.get(attempt.getMark());
        if (ours != null) {
            ours.complete(number);
        }
    }

    /** An attempt does not count. */
    synchronized void givenBack(String requestId) {
        counts.givenBack(requestId);
    }

    /** Waits some seconds for what is under way. */
    @Override
    public void close() {
        producer.close();
    }
}
