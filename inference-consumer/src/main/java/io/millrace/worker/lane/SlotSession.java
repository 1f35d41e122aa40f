package io.millrace.worker.lane;

import io.millrace.schemas.errors.MillraceException;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.lane.OpenRecord.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one share consumer: polls, hands the deliveries over, and polls again when all of them are settled, because
 * a share consumer allows nothing else. Locks of what is still open are renewed in between. Everything runs on the slot's
 * thread but {@link #stop} and the acknowledgements, which come from any.
 */
final class SlotSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotSession.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    /** Renewed after a third of the lock, so that one renewal may fail, unless they came late ({@link SlotOptions}). */
    private static final int RENEWALS_PER_LOCK = 3;

    private final SlotOptions options;
    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Consumer<List<Delivery>> intake;
    private final DeadLetterSink deadLetters;
    private final Map<Place, OpenRecord> open = new HashMap<>();
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final PollEffort effort = new PollEffort();
    private boolean stopping;
    private long stopDeadline;

    SlotSession(
            SlotOptions options,
            KafkaShareConsumer<byte[], byte[]> consumer,
            Consumer<List<Delivery>> intake,
            DeadLetterSink deadLetters) {
        this.options = options;
        this.consumer = consumer;
        this.intake = intake;
        this.deadLetters = deadLetters;
    }

    /** What other threads tell the slot's. */
    private sealed interface Signal {
        record Settled(OpenRecord record, AcknowledgeType how) implements Signal {}

        record Proceeding(OpenRecord record) implements Signal {}

        record Stop() implements Signal {}
    }

    /** Works until it is stopped, or until requests would only wait here. */
    void run() throws InterruptedException {
        consumer.subscribe(List.of(options.topic()));
        while (!stopping && options.canRun().getAsBoolean()) {
            take(poll());
            settleAll();
            drainSignals();
        }
        consumer.commitSync(CLOSE_PATIENCE);
    }

    private ConsumerRecords<byte[], byte[]> poll() throws InterruptedException {
        if (effort.rest().isPositive()) {
            Signal signal = signals.poll(effort.rest().toNanos(), TimeUnit.NANOSECONDS);
            if (signal != null) {
                apply(signal);
            }
            if (stopping) {
                return ConsumerRecords.empty();
            }
        }
        effort.begin();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(effort.poll());
        effort.end(records.isEmpty());
        return records;
    }

    /** Ends the work: what is under way gets some time, the rest is released. */
    void stop() {
        signals.add(new Signal.Stop());
    }

    private void drainSignals() {
        for (Signal signal = signals.poll(); signal != null; signal = signals.poll()) {
            apply(signal);
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        List<Delivery> deliveries = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            @Nullable OpenRecord known = open.get(Place.of(record));
            if (known == null) {
                OpenRecord taken = new OpenRecord(
                        record,
                        deadLetters,
                        (settled, how) -> signals.add(new Signal.Settled(settled, how)),
                        proceeding -> signals.add(new Signal.Proceeding(proceeding)));
                open.put(Place.of(record), taken);
                decode(taken, deliveries);
            } else {
                known.renewed(record);
            }
        }
        if (!deliveries.isEmpty()) {
            intake.accept(deliveries);
        }
    }

    private void decode(OpenRecord taken, List<Delivery> deliveries) {
        try {
            deliveries.addAll(taken.open(options.lane()));
        } catch (MillraceException e) {
            taken.bury(e.code(), e.getMessage());
        }
    }

    /** Waits until nothing is open; renews and gives up where it must. */
    private void settleAll() throws InterruptedException {
        long renewalNanos = options.lock().toNanos() / RENEWALS_PER_LOCK;
        long renewAt = System.nanoTime() + renewalNanos;
        while (!open.isEmpty()) {
            long wakeAt = stopping ? Math.min(renewAt, stopDeadline) : renewAt;
            Signal signal = signals.poll(wakeAt - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (signal != null) {
                apply(signal);
            } else if (stopping && System.nanoTime() - stopDeadline >= 0) {
                releaseRest();
            } else {
                renew();
                renewAt = System.nanoTime() + renewalNanos;
            }
        }
    }

    private void apply(Signal signal) {
        switch (signal) {
            case Signal.Settled settled -> {
                // One that was lost meanwhile may be here again, as another delivery that has its own end.
                if (open.remove(settled.record().place(), settled.record())) {
                    consumer.acknowledge(settled.record().record(), settled.how());
                }
            }
            case Signal.Proceeding proceeding -> {
                if (open.get(proceeding.record().place()) == proceeding.record()) {
                    proceeding.record().next().ifPresent(next -> intake.accept(List.of(next)));
                }
            }
            case Signal.Stop stop -> {
                stopping = true;
                stopDeadline = System.nanoTime() + options.patience().toNanos();
            }
        }
    }

    /** Renewed records come back from the next poll; one that does not has lost its lock and belongs to somebody else. */
    private void renew() {
        Set<Place> lost = new HashSet<>(open.keySet());
        open.values().forEach(taken -> consumer.acknowledge(taken.record(), AcknowledgeType.RENEW));
        consumer.commitSync(options.lock().dividedBy(RENEWALS_PER_LOCK));
        ConsumerRecords<byte[], byte[]> renewed = consumer.poll(PollEffort.WHOLE);
        renewed.forEach(record -> lost.remove(Place.of(record)));
        if (!lost.isEmpty()) {
            LOG.atWarn().addKeyValue("lane", options.topic()).log("locks were lost: {}", lost);
            for (Place place : lost) {
                Optional.ofNullable(open.remove(place)).ifPresent(taken -> taken.lose(new Outcome.Abandoned()));
            }
        }
        take(renewed);
    }

    private void releaseRest() {
        open.values().forEach(taken -> consumer.acknowledge(taken.record(), AcknowledgeType.RELEASE));
        open.values().forEach(taken -> taken.lose(new Outcome.GivenBack()));
        open.clear();
    }

    /** Sends what is acknowledged and releases what is open. */
    @Override
    public void close() {
        open.values().forEach(taken -> taken.lose(new Outcome.Abandoned()));
        consumer.close(CLOSE_PATIENCE);
    }
}
