package io.millrace.client;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what an upload hands to its connections. Safe for use by several threads. */
final class Meter {
    private final AtomicInteger interruptions = new AtomicInteger();
    private long sent;
    private long resent;
    private long highest;

    /** The bytes from one place of the file to another go out. */
    synchronized void sent(long from, long to) {
        sent += to - from;
        resent += Math.max(0, Math.min(to, highest) - from);
        highest = Math.max(highest, to);
    }

    void interrupted() {
        interruptions.incrementAndGet();
    }

    synchronized long sent() {
        return sent;
    }

    synchronized UploadCounts counts(String fileId, long input) {
        return new UploadCounts(fileId, input, sent, resent, interruptions.get());
    }
}
