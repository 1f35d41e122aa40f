package io.millrace.bench.results;

import io.millrace.bench.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** What 10,000 idle subscribers cost one publisher, and how soon all are back after it was killed. */
public final class IdleSocketsFigure {
    private static final int SOCKETS = 10_000;
    private static final int STREAMS = 100;
    private static final int CLIENTS = 16;
    private static final double TARGET_KIB = 16;
    private static final double TARGET_SECONDS = 30;

    private final int port;
    private final List<String> jobs;

    private IdleSocketsFigure(int port, List<String> jobs) {
        this.port = port;
        this.jobs = jobs;
    }

    /** Measures both. */
    public static List<Figure> measure() throws Exception {
        try (Publishers millrace = Publishers.start();
                JobWriter writer = new JobWriter(millrace.brokers())) {
            Publishers.Instance publisher = millrace.add("one", "streams.instance_id=one");
            List<String> jobs = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                String job = writer.job(10);
                writer.result(job, 0, "x");
                jobs.add(job);
            }
            writer.flush();
            IdleSocketsFigure figure = new IdleSocketsFigure(publisher.port(), jobs);
            close(figure.openAll(STREAMS));
            long idle = publisher.process().residentBytes();
            List<EventSocket> sockets = figure.openAll(SOCKETS);
            long full = publisher.process().residentBytes();
            publisher.process().kill();
            long killed = System.nanoTime();
            close(sockets);
            millrace.add("one", publisher.port(), "streams.instance_id=one");
            List<EventSocket> back = figure.openAll(SOCKETS);
            double seconds = (System.nanoTime() - killed) / 1e9;
            close(back);
            System.out.printf("  resident: %d MiB idle, %d MiB with all sockets%n", idle >> 20, full >> 20);
            return List.of(
                    new Figure(
                            "resident memory of an idle subscriber",
                            (full - idle) / 1024.0 / SOCKETS,
                            "KiB",
                            TARGET_KIB,
                            Figure.Bound.AT_MOST),
                    new Figure(
                            "10,000 subscribers back after kill -9",
                            seconds,
                            "s",
                            TARGET_SECONDS,
                            Figure.Bound.AT_MOST));
        }
    }

    private List<EventSocket> openAll(int count) throws Exception {
        List<EventSocket> sockets = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<List<EventSocket>>> shares = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                shares.add(clients.submit(() -> {
                    List<EventSocket> own = new ArrayList<>();
                    for (int i = first; i < count; i += CLIENTS) {
                        own.add(open(jobs.get(i % jobs.size())));
                    }
                    return own;
                }));
            }
            for (Future<List<EventSocket>> share : shares) {
                sockets.addAll(share.get());
            }
        }
        return sockets;
    }

    /** Subscribed, with all that the stream has, told to be recovered; a stream that cannot be read yet is asked for again. */
    private EventSocket open(String job) throws IOException {
        while (true) {
            EventSocket socket = EventSocket.follow(port, job, "", -1);
            String first = socket.text(Math.max(0, socket.next()));
            if (first.contains("\"recovered\":true")) {
                socket.next();
                socket.next();
                return socket;
            }
            socket.close();
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static void close(List<EventSocket> sockets) throws IOException {
        for (EventSocket socket : sockets) {
            socket.close();
        }
    }
}
