package io.millrace.bench.results;

import io.millrace.bench.Figure;
import java.io.IOException;
import java.util.List;

/** One subscriber reads a finished job of 100,000 events of 1 KiB again from its beginning. */
public final class ReplayFigure {
    /** As many as a worker's records have of this size. */
    private static final int GROUP = 50;

    private static final int EVENTS = 100_000;
    private static final int BYTES = 1_000;
    private static final int ROUNDS = 3;
    private static final double TARGET = 30_000;

    private ReplayFigure() {}

    /** Measures it. */
    public static List<Figure> measure() throws Exception {
        try (Publishers millrace = Publishers.start();
                JobWriter writer = new JobWriter(millrace.brokers())) {
            int port = millrace.add("one").port();
            String job = writer.job(EVENTS);
            String text = "x".repeat(BYTES);
            for (int item = 0; item < EVENTS; item += GROUP) {
                writer.results(job, item, GROUP, text);
            }
            writer.finish(job, EVENTS);
            double best = 0;
            for (int round = 0; round <= ROUNDS; round++) {
                long begin = System.nanoTime();
                int read = read(port, job);
                double rate = read / ((System.nanoTime() - begin) / 1e9);
                if (round > 0) {
                    System.out.printf("  %d events, %.0f events/s%n", read, rate);
                    best = Math.max(best, rate);
                }
            }
            return List.of(new Figure(
                    "reading a finished job of 100,000 events again", best, "1/s", TARGET, Figure.Bound.AT_LEAST));
        }
    }

    /** Reads until the last event and returns how many there were. */
    private static int read(int port, String job) throws IOException {
        int events = 0;
        try (EventSocket socket = EventSocket.follow(port, job, "", -1)) {
            for (int length = socket.next(); length >= 0; length = socket.next()) {
                events++;
                if (length < BYTES && socket.text(length).contains("\"type\":\"end\"")) {
                    return events - 1;
                }
            }
        }
        throw new IOException("the stream broke off after " + events + " events");
    }
}
