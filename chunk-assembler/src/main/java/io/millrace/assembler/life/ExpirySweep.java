package io.millrace.assembler.life;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.assembler.core.UploadLife;
import io.millrace.assembler.metrics.AssemblerCatalogue;
import io.millrace.assembler.topology.Ownership;
import io.millrace.assembler.topology.StoredFiles;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.UploadCancel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time which open uploads of this instance have lived too long, and asks for their end through the
 * topic of chunks: there it has its place among the records of the upload, and what came before it counts. What it sends
 * changes nothing when it comes twice.
 */
public final class ExpirySweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
    private static final int MOST_PER_SWEEP = 1_000;

    private final KafkaStreams streams;
    private final HostInfo self;
    private final ChunkLog log;
    private final RecordProducer producer;
    private final UploadLife life;
    private final Clock clock;
    private final AtomicLong open = new AtomicLong();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("assembler-expiry").daemon().factory());

    /** Does nothing yet. */
    public ExpirySweep(
            KafkaStreams streams, HostInfo self, ChunkLog log, RecordProducer producer, UploadLife life, Clock clock) {
        this.streams = streams;
        this.self = self;
        this.log = log;
        this.producer = producer;
        this.life = life;
        this.clock = clock;
    }

    /** Looks at once, and then with this time between. */
    public void start(Duration interval, MeterRegistry meters) {
        AssemblerCatalogue.UPLOADS_OPEN.gauge(meters, open, AtomicLong::doubleValue);
        var unused = thread.scheduleWithFixedDelay(this::sweepSafely, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void sweepSafely() {
        try {
            sweep();
        } catch (InvalidStateStoreException | IllegalStateException e) {
            LOG.atDebug().setCause(e).log("uploads cannot be read just now");
        } catch (KafkaException e) {
            LOG.atWarn().log("no sweep of uploads: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a sweep of uploads failed");
        }
    }

    private void sweep() {
        List<Integer> own = Ownership.of(streams).getOrDefault(self, List.of());
        Map<Integer, Long> oldest = own.isEmpty() ? Map.of() : log.beginnings();
        long now = clock.millis();
        AtomicLong sent = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        for (int partition : own) {
            long oldestRecord = oldest.getOrDefault(partition, 0L);
            StoredFiles.of(streams, partition).forEachOpen(upload -> {
                seen.incrementAndGet();
                life.due(upload, oldestRecord, now)
                        .filter(due -> producer.room() && sent.incrementAndGet() <= MOST_PER_SWEEP)
                        .ifPresent(this::send);
            });
        }
        open.set(seen.get());
    }

    private void send(UploadCancel cancel) {
        LOG.atInfo()
                .addKeyValue("upload", cancel.getUploadId())
                .addKeyValue("cause", cancel.getCause())
                .log("upload has lived too long");
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.CHUNKS, cancel.getUploadId().getBytes(StandardCharsets.UTF_8), cancel.toByteArray());
        ChunkHeaders.put(record.headers(), ChunkHeaders.KIND, RecordKind.CANCEL.headerValue());
        ChunkHeaders.put(record.headers(), ChunkHeaders.TENANT, cancel.getTenant());
        var unused = producer.send(record).whenComplete((where, failure) -> {
            if (failure != null) {
                // The next sweep finds it again.
                LOG.atWarn()
                        .addKeyValue("upload", cancel.getUploadId())
                        .setCause(failure)
                        .log("its end is not written");
            }
        });
    }
}
