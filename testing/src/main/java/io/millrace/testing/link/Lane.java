package io.millrace.testing.link;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a link: what all its connections together may send. */
final class Lane {
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long passed;
    private long untilCut = UNBOUNDED;
    private long bytesPerSecond = UNBOUNDED;
    private long freeAtNanos = System.nanoTime();
    private boolean stalled;

    /** How many of the bytes at hand may go now. Waits while the lane is stalled. */
    int admit(int available) throws InterruptedException {
        lock.lock();
        try {
            while (stalled) {
                changed.await();
            }
            int admitted = (int) Math.min(available, untilCut);
            passed += admitted;
            if (untilCut != UNBOUNDED) {
                untilCut -= admitted;
            }
            return admitted;
        } finally {
            lock.unlock();
        }
    }

    /** Waits as long as these bytes take at the lane's rate. */
    void pace(int bytes) {
        long waitUntil;
        lock.lock();
        try {
            if (bytesPerSecond == UNBOUNDED) {
                return;
            }
            long cost = TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
            freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + cost;
            waitUntil = freeAtNanos;
        } finally {
            lock.unlock();
        }
        while (waitUntil - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(waitUntil - System.nanoTime());
        }
    }

    /** Whether the cut that was ordered is due; tells so once. */
    boolean cutIsDue() {
        lock.lock();
        try {
            if (untilCut > 0) {
                return false;
            }
            untilCut = UNBOUNDED;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void cutAfter(long bytes) {
        lock.lock();
        try {
            untilCut = bytes;
        } finally {
            lock.unlock();
        }
    }

    void limit(long newBytesPerSecond) {
        lock.lock();
        try {
            bytesPerSecond = newBytesPerSecond;
        } finally {
            lock.unlock();
        }
    }

    void stall(boolean newStalled) {
        lock.lock();
        try {
            stalled = newStalled;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long passed() {
        lock.lock();
        try {
            return passed;
        } finally {
            lock.unlock();
        }
    }
}
