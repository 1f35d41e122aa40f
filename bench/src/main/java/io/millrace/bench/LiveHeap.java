package io.millrace.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a service every few seconds what is reachable in its heap. */
final class LiveHeap implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final double MEGA = 1 << 20;

    private final ServiceProcess service;
    private final List<Double> megabytes = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private LiveHeap(ServiceProcess service) {
        this.service = service;
        this.thread = Thread.ofPlatform().name("live-heap").unstarted(this::ask);
    }

    static LiveHeap watch(ServiceProcess service) {
        LiveHeap heap = new LiveHeap(service);
        heap.thread.start();
        return heap;
    }

    private void ask() {
        try {
            while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                megabytes.add(service.liveBytes() / MEGA);
            }
        } catch (IOException e) {
            System.out.println("  " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The median of the second half, times that of the first. Stops it. */
    double lateToEarly() throws InterruptedException {
        stopped.countDown();
        thread.join();
        int half = megabytes.size() / 2;
        double early = Quantiles.of(megabytes.subList(0, half)).p50();
        double late = Quantiles.of(megabytes.subList(half, megabytes.size())).p50();
        System.out.printf(
                "  reachable in the publisher's heap, %d times: early %.0f MB, late %.0f MB%n",
                megabytes.size(), early, late);
        return late / early;
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
