package io.millrace.bench.faults;

import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.deployment.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks every second whether each process is there, and how much memory it has. */
final class Sentinel implements AutoCloseable {
    private static final int KIBIBYTE = 1024;

    private final Deployment deployment;
    private final Watch watch;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    private Sentinel(Deployment deployment, Watch watch) {
        this.deployment = deployment;
        this.watch = watch;
        this.thread = Thread.ofVirtual().unstarted(this::run);
    }

    /** Begins to look. */
    static Sentinel start(Deployment deployment, Watch watch) {
        Sentinel sentinel = new Sentinel(deployment, watch);
        sentinel.thread.start();
        return sentinel;
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping.await(1, TimeUnit.SECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once. */
    void look() {
        deployment.nodes().forEach(this::look);
    }

    private void look(Node node) {
        boolean alive = node.isAlive();
        watch.deaths.seen(node.name(), alive);
        if (alive) {
            watch.memory.sampled(node.name(), resident(node.pid()));
        }
    }

    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            // It ended just now.
            return 0;
        }
    }
}
