package io.millrace.standalone.demo;

import io.millrace.client.UploadListener;
import io.millrace.standalone.view.ProgressView;
import java.time.Duration;

/** Sees what an upload is told, and what was on its way when the link broke. Safe for use by several threads. */
final class UploadWatch implements UploadListener {
    private final ProgressView progress;
    private final long size;
    private long sent;
    private long acknowledged;
    private long sentAtCut = -1;
    private long resumedAt = -1;
    private boolean wentBack;

    UploadWatch(ProgressView progress, long size) {
        this.progress = progress;
        this.size = size;
    }

    @Override
    public synchronized void sent(long from, long to) {
        sent = Math.max(sent, to);
        progress.at(to, size);
    }

    @Override
    public synchronized void interrupted(String reason, Duration delay) {
        if (sentAtCut < 0) {
            sentAtCut = sent;
        }
    }

    @Override
    public synchronized void acknowledged(long offset) {
        wentBack |= offset < acknowledged;
        acknowledged = Math.max(acknowledged, offset);
        if (sentAtCut >= 0 && resumedAt < 0) {
            resumedAt = offset;
        }
    }

    /** Nothing more is shown. */
    void close() {
        progress.close();
    }

    /** How much had been handed to the connection when it broke; -1 if it never did. */
    synchronized long sentAtCut() {
        return sentAtCut;
    }

    /** The offset that the server told after the break; -1 if there was none. */
    synchronized long resumedAt() {
        return resumedAt;
    }

    /** Whether the server ever kept less than it had said. */
    synchronized boolean wentBack() {
        return wentBack;
    }
}
