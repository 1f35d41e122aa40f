package io.millrace.runtime.streams;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** How long the stores were last being restored: from the first one's beginning to the last one's end. Thread-safe. */
final class RestoreTime implements StateRestoreListener {
    private static final double NANOS_PER_SECOND = 1e9;

    private int underWay;
    private long begin;
    private double seconds;

    @Override
    public synchronized void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        if (underWay == 0) {
            begin = System.nanoTime();
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
        seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
    }

    synchronized double seconds() {
        return seconds;
    }
}
