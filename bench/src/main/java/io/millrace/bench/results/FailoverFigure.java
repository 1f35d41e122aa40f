package io.millrace.bench.results;

import io.millrace.bench.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long the subscribers of one of two publishers wait for their next event after it was killed. */
public final class FailoverFigure {
    private static final int STREAMS = 20;
    private static final int REQUESTS = 1_000_000;
    private static final double TARGET_SECONDS = 5;
    private static final long WATCHED_NANOS = 15_000_000_000L;
    private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([0-9a-f]+)\"");
    private static final Pattern OFFSET = Pattern.compile("\"offset\":([0-9]+)");
    private static final String[] SETTINGS = {"streams.standbys=1", "streams.session_timeout=2s"};

    private FailoverFigure() {}

    /** Measures it. */
    public static List<Figure> measure() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Publishers millrace = Publishers.start();
                JobWriter writer = new JobWriter(millrace.brokers());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Publishers.Instance killed = millrace.add("one", SETTINGS);
            Publishers.Instance other = millrace.add("two", SETTINGS);
            List<String> jobs = new ArrayList<>();
            List<Follower> followers = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                jobs.add(writer.job(REQUESTS));
                followers.add(new Follower(jobs.getLast(), killed.port(), other.port()));
            }
            threads.execute(() -> write(writer, jobs, over));
            followers.forEach(follower -> threads.execute(() -> follower.read(over)));
            while (followers.stream().anyMatch(follower -> follower.position < 500)) {
                LockSupport.parkNanos(10_000_000);
            }
            followers.forEach(Follower::begin);
            killed.process().kill();
            LockSupport.parkNanos(WATCHED_NANOS);
            double longest = followers.stream()
                    .mapToDouble(follower -> follower.longestGap() / 1e9)
                    .max()
                    .orElseThrow();
            over.set(true);
            threads.shutdownNow();
            long faults = followers.stream()
                    .mapToLong(follower -> follower.faults.get())
                    .sum();
            return List.of(
                    new Figure(
                            "longest time without an event after a publisher with a standby was killed",
                            longest,
                            "s",
                            TARGET_SECONDS,
                            Figure.Bound.AT_MOST),
                    new Figure("lost or repeated events over that failover", faults, "", 0, Figure.Bound.AT_MOST));
        }
    }

    private static void write(JobWriter writer, List<String> jobs, AtomicBoolean over) {
        for (long item = 0; !over.get() && item < REQUESTS; item++) {
            for (String job : jobs) {
                writer.result(job, item, "x");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Follows a stream at one publisher and then at the other. */
    private static final class Follower {
        private final String job;
        private final int[] ports;
        private int at;
        private String epoch = "";
        private volatile long position = -1;
        private volatile long lastAt;
        private volatile long longest;
        private final AtomicLong faults = new AtomicLong();

        Follower(String job, int... ports) {
            this.job = job;
            this.ports = ports;
        }

        /** From now on gaps count. */
        void begin() {
            longest = 0;
        }

        /** The longest time without an event so far, in nanoseconds. */
        long longestGap() {
            return Math.max(longest, System.nanoTime() - lastAt);
        }

        void read(AtomicBoolean over) {
            while (!over.get()) {
                try (EventSocket socket = EventSocket.follow(ports[at], job, epoch, position)) {
                    for (int length = socket.next(); length >= 0 && !over.get(); length = socket.next()) {
                        String frame = socket.text(length);
                        if (frame.startsWith("{\"error\"")) {
                            break;
                        }
                        take(frame);
                    }
                } catch (IOException e) {
                    // It was killed, or is not there yet.
                }
                at = (at + 1) % ports.length;
                LockSupport.parkNanos(20_000_000);
            }
        }

        private void take(String frame) {
            Matcher subscribed = EPOCH.matcher(frame);
            if (subscribed.find()) {
                if (!epoch.isEmpty() && !epoch.equals(subscribed.group(1))) {
                    faults.incrementAndGet();
                }
                epoch = subscribed.group(1);
                return;
            }
            Matcher offset = OFFSET.matcher(frame);
            if (offset.find()) {
                long number = Long.parseLong(offset.group(1));
                if (number != position + 1) {
                    faults.incrementAndGet();
                }
                position = number;
                long now = System.nanoTime();
                longest = Math.max(longest, now - lastAt);
                lastAt = now;
            }
        }
    }
}
