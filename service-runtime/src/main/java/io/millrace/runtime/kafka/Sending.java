package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A record on its way, from the caller's hand to its acknowledgement. */
final class Sending {
    /** Ends the queue. */
    static final Sending END = new Sending(new ProducerRecord<>("-", new byte[0]), 0, Duration.ZERO);

    private final ProducerRecord<byte[], byte[]> record;
    private final long size;
    private final long deadlineNanos;
    private final CompletableFuture<ProducedTo> result = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();
    /** The thread that hands it to Kafka just now; another one that looks sees no more than that it is not that one. */
    private @Nullable Thread handing;

    private boolean taken;

    Sending(ProducerRecord<byte[], byte[]> record, long size, Duration patience) {
        this.record = record;
        this.size = size;
        this.deadlineNanos = System.nanoTime() + patience.toNanos();
    }

    ProducerRecord<byte[], byte[]> record() {
        return record;
    }

    /** What it counts for in the budget. */
    long size() {
        return size;
    }

    CompletableFuture<ProducedTo> result() {
        return result;
    }

    /** Whether it has waited as long as it may. */
    boolean overdue() {
        return System.nanoTime() - deadlineNanos > 0;
    }

    /** This thread begins to hand it to Kafka. */
    void handing(Thread thread) {
        taken = true;
        handing = thread;
    }

    /** Whether this thread is handing it to Kafka, and has not come back yet. */
    boolean isBeingHandedBy(Thread thread) {
        return thread.equals(handing);
    }

    /** Kafka refuses it for now; for the thread that hands it over. */
    void notTaken() {
        taken = false;
    }

    /** The thread that began has come back; whether Kafka took it. */
    boolean handed() {
        handing = null;
        return taken;
    }

    /** True for the first caller only. */
    boolean settle() {
        return settled.compareAndSet(false, true);
    }
}
