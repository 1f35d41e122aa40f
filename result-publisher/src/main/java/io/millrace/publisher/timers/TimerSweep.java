package io.millrace.publisher.timers;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.core.Timer;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.publisher.topology.StoredStreams;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.DeadlineReached;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.Forget;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time which timers are due and sends what they ask for into the topics. What it sends changes
 * nothing when it comes twice, so it needs to remember nothing beyond its own life.
 */
public final class TimerSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TimerSweep.class);
    private static final int MAX_PER_SWEEP = 1_000;
    private static final int MAX_FORGOTTEN_PER_SWEEP = 100;
    /** A large stream goes in parts, some of them at a time. */
    private static final int MAX_PARTS = 20;

    /** A timer that is still there after so long was not heard, so it is sent again. */
    private static final long SEND_AGAIN_MS = 10_000;

    private final StoredStreams stored;
    private final RecordProducer producer;
    private final Clock clock;
    private final long retentionMs;
    private final Counter fired;
    private final Map<Timer, Long> sentAt = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("publisher-timers").daemon().factory());

    private TimerSweep(StoredStreams stored, RecordProducer producer, Clock clock, Times times, MeterRegistry meters) {
        this.retentionMs = times.retention().toMillis();
        this.stored = stored;
        this.producer = producer;
        this.clock = clock;
        this.fired = PublisherMetrics.TIMERS.counter(meters);
    }

    /**
     * When it does things.
     *
     * @param interval between sweeps
     * @param retention how long streams are kept after their end
     */
    public record Times(Duration interval, Duration retention) {}

    /** Starts it. */
    public static TimerSweep start(
            StoredStreams stored, RecordProducer producer, Clock clock, Times times, MeterRegistry meters) {
        TimerSweep sweep = new TimerSweep(stored, producer, clock, times, meters);
        Duration interval = times.interval();
        var unused = sweep.thread.scheduleWithFixedDelay(
                sweep::sweepSafely, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return sweep;
    }

    private void sweepSafely() {
        try {
            sweep(StreamKind.STREAM_KIND_JOB);
            sweep(StreamKind.STREAM_KIND_CALL);
        } catch (MillraceException e) {
            LOG.atDebug().setCause(e).log("timers cannot be read just now");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a sweep of timers failed");
        }
    }

    private void sweep(StreamKind kind) {
        long now = clock.millis();
        // The clock may jump, also back.
        sentAt.values().removeIf(sent -> Math.abs(now - sent) >= SEND_AGAIN_MS);
        List<Timer> due = new ArrayList<>(stored.due(kind, now, MAX_PER_SWEEP));
        due.addAll(stored.over(kind, now - retentionMs, MAX_FORGOTTEN_PER_SWEEP));
        for (Timer timer : due) {
            if (producer.room() && sentAt.putIfAbsent(timer, now) == null) {
                fire(timer);
            }
        }
    }

    private void fire(Timer timer) {
        fired.increment();
        switch (timer.purpose()) {
            case DEADLINE -> sendDeadline(timer);
            case RETENTION, REMOVAL -> stored.state(timer.stream()).ifPresent(state -> sendForget(timer, state));
            case WEBHOOK -> throw new IllegalStateException("webhooks are not among what is due");
            case EXPANSION ->
                stored.state(timer.stream())
                        .filter(state -> state.getStatus() == JobStatus.JOB_STATUS_VALIDATING)
                        .map(StreamState::getJob)
                        .ifPresent(job -> sendExpand(timer, job));
        }
    }

    private void sendDeadline(Timer timer) {
        boolean isCall = timer.stream().kind() == StreamKind.STREAM_KIND_CALL;
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(timer.stream().tenant())
                .setStreamId(timer.stream().id())
                .setDeadlineReached(DeadlineReached.newBuilder()
                        .setDeadlineMs(timer.dueMs())
                        .setRequestId(isCall ? timer.stream().requestId(timer.item()) : ""))
                .build();
        send(
                timer,
                new ProducerRecord<>(
                        Topics.results(timer.stream().kind()),
                        bytes(timer.stream().id()),
                        event.toByteArray()));
    }

    private void sendForget(Timer timer, StreamState state) {
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(timer.stream().tenant())
                .setStreamId(timer.stream().id())
                .setForget(Forget.newBuilder().setEndedAtMs(state.getEndedAtMs()))
                .build();
        long events = state.getNextOffset() - state.getFirstOffset();
        for (long part = 0; part < Math.min(MAX_PARTS, 1 + events / StoredStreams.REMOVED_AT_ONCE); part++) {
            send(
                    timer,
                    new ProducerRecord<>(
                            Topics.results(timer.stream().kind()),
                            bytes(timer.stream().id()),
                            event.toByteArray()));
        }
    }

    private void sendExpand(Timer timer, JobSubmitted job) {
        ExpandFile expand = ExpandFile.newBuilder()
                .setTenant(timer.stream().tenant())
                .setUploadId(job.getInputFileId())
                .setJobId(timer.stream().id())
                .setEndpoint(job.getParameters().getEndpoint())
                .setPriority(job.getParameters().getPriority())
                .setDeadlineMs(job.getDeadlineMs())
                .build();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.CHUNKS, bytes(job.getInputFileId()), expand.toByteArray());
        ChunkHeaders.put(record.headers(), ChunkHeaders.KIND, RecordKind.EXPAND.headerValue());
        ChunkHeaders.put(record.headers(), ChunkHeaders.TENANT, timer.stream().tenant());
        send(timer, record);
    }

    private void send(Timer timer, ProducerRecord<byte[], byte[]> record) {
        LOG.atInfo()
                .addKeyValue("stream", timer.stream().id())
                .addKeyValue("purpose", timer.purpose())
                .log("a timer is due");
        var unused = producer.send(record).whenComplete((where, failure) -> {
            if (failure != null) {
                LOG.atWarn()
                        .addKeyValue("stream", timer.stream().id())
                        .setCause(failure)
                        .log("a timer could not be sent and will be sent again");
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
