package io.millrace.assembler.content;

import java.util.concurrent.atomic.AtomicBoolean;

/** A virtual thread that reads something to its end, unless it is closed before. Thread-safe. */
public final class BackgroundRead implements AutoCloseable {
    private final Runnable released;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread;

    /** What it does; an interrupt means that nobody waits for it any more. */
    @FunctionalInterface
    public interface Work {
        /** Reads. */
        void run() throws InterruptedException;
    }

    /**
     * Starts nothing yet.
     *
     * @param released called once, when it is closed
     */
    public BackgroundRead(String name, Work work, Runnable released) {
        this.released = released;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                // Closed: nobody waits for what is read.
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Starts it. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            thread.interrupt();
            released.run();
        }
    }
}
