package io.millrace.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns SIGTERM and SIGINT into a request to stop that the main thread waits for, and lets the process end with the
 * status that the main thread chooses instead of 143.
 */
public final class StopSignal {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicInteger status = new AtomicInteger();

    private StopSignal() {}

    /**
     * Listens from now on; once per process. Who installs it must end the process by {@link #exit}.
     *
     * @param patience how long after the signal the main thread may take; then the process ends with status 1
     */
    public static StopSignal install(Duration patience) {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> signal.runHook(patience), "stop-signal"));
        return signal;
    }

    /** Waits for the request. */
    public void await() throws InterruptedException {
        requested.await();
    }

    /** Waits for the request; false when the time is over first. */
    public boolean await(Duration time) throws InterruptedException {
        return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks for the stop without a signal. */
    public void request() {
        requested.countDown();
    }

    /** Ends the process with this status; does not return. */
    public void exit(int exitStatus) {
        status.set(exitStatus);
        finished.countDown();
        System.exit(exitStatus);
    }

    /** Halts, because the JVM would otherwise end with 128 + the signal's number. */
    private void runHook(Duration patience) {
        requested.countDown();
        boolean inTime = false;
        try {
            inTime = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(inTime ? status.get() : 1);
    }
}
