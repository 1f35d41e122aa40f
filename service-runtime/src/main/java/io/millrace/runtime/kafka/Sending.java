package io.millrace.runtime.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record on its way, from the caller's hand to its acknowledgement. */
final class Sending {
    /** Ends the queue. */
    static final Sending END = new Sending(new ProducerRecord<>("-", new byte[0]), 0, new CompletableFuture<>());

    private final ProducerRecord<byte[], byte[]> record;
    private final long size;
    private final CompletableFuture<ProducedTo> result;
    private final AtomicBoolean settled = new AtomicBoolean();

    Sending(ProducerRecord<byte[], byte[]> record, long size, CompletableFuture<ProducedTo> result) {
        this.record = record;
        this.size = size;
        this.result = result;
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

    /** True for the first caller only. */
    boolean settle() {
        return settled.compareAndSet(false, true);
    }
}
