package io.millrace.runtime.streams;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How long the stores were last being restored: from the first one's beginning to the last one's end. What begins within
 * some seconds of an end belongs to the same restoration, because partitions come one after the other. Thread-safe.
 */
final class RestoreTime implements StateRestoreListener {
    private static final double NANOS_PER_SECOND = 1e9;

    private static final long SAME_NANOS = 10_000_000_000L;

    private int underWay;
    private long begin;
    private long end;

    @Override
    public synchronized void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        long now = System.nanoTime();
        if (underWay == 0 && (end == begin || now - end > SAME_NANOS)) {
            begin = now;
        }
        underWay++;
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
        // Only the whole counts.
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long records) {
        ended();
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long records) {
        ended();
    }

    private synchronized void ended() {
        underWay--;
        end = System.nanoTime();
    }

    synchronized double seconds() {
        return Math.max(0, end - begin) / NANOS_PER_SECOND;
    }
}
