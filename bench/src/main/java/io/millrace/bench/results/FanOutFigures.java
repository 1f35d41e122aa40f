package io.millrace.bench.results;

import io.millrace.bench.Figure;
import io.millrace.bench.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A thousand subscribers of one stream and of a thousand, beside nginx with nchan in the same run. */
public final class FanOutFigures {
    private static final int SUBSCRIBERS = 1_000;
    private static final int BYTES = 200;
    private static final double TARGET_MS = 100;
    private static final double SATURATED_MS = 200;
    private static final double TARGET_SHARE = 0.5;
    private static final int SECONDS = 5;
    /** What has not arrived when nothing has for so long is lost. */
    private static final long QUIET_NANOS = 3_000_000_000L;

    private static final long REQUESTS = 1_000_000;
    private static final List<Integer> SWEEP = List.of(20, 40, 60, 80, 100, 120, 140);

    private FanOutFigures() {}

    /** What publishes a text into a channel. */
    private interface Publication {
        void publish(int channel, long sequence, String text);
    }

    /** One rate, measured. */
    private record Step(double perSecond, Quantiles delays, long lost) {}

    /** Measures both. */
    public static List<Figure> measure() throws Exception {
        List<Figure> figures = new ArrayList<>();
        double saturation;
        try (Publishers millrace = Publishers.start();
                JobWriter writer = new JobWriter(millrace.brokers())) {
            int port = millrace.add("one").port();
            figures.addAll(figures("1,000 subscribers of 1,000 streams, 2,000 events/s", many(writer, port)));
            String job = writer.job(REQUESTS);
            try (Audience audience = new Audience(SUBSCRIBERS, 1, channel -> EventSocket.follow(port, job, "", -1))) {
                Load load = new Load(audience, 1, (channel, sequence, text) -> writer.result(job, sequence, text));
                load.step(20, 2);
                figures.addAll(figures("1,000 subscribers of one stream, 20 events/s", load.step(20, SECONDS)));
                saturation = load.saturation("millrace");
            }
        }
        Optional<Nchan> peer = Nchan.start();
        if (peer.isEmpty()) {
            System.out.println("  no peer: apt-get install nginx libnginx-mod-nchan");
            return figures;
        }
        try (Nchan nchan = peer.get();
                Audience audience =
                        new Audience(SUBSCRIBERS, 1, channel -> new EventSocket(nchan.port(), "/sub/" + channel))) {
            Load load = new Load(audience, 1, (channel, sequence, text) -> nchan.publish(channel, text));
            load.step(20, 2);
            figures.add(new Figure(
                    "deliveries/s to 1,000 subscribers of one stream, share of nchan",
                    saturation / load.saturation("nchan"),
                    "",
                    TARGET_SHARE,
                    Figure.Bound.AT_LEAST));
        }
        return figures;
    }

    private static Step many(JobWriter writer, int port) throws Exception {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            jobs.add(writer.job(REQUESTS));
        }
        try (Audience audience = new Audience(
                SUBSCRIBERS, SUBSCRIBERS, channel -> EventSocket.follow(port, jobs.get(channel), "", -1))) {
            Load load = new Load(
                    audience,
                    SUBSCRIBERS,
                    (channel, sequence, text) -> writer.result(jobs.get(channel), sequence, text));
            load.step(2_000, 3);
            return load.step(2_000, SECONDS);
        }
    }

    private static List<Figure> figures(String what, Step step) {
        return List.of(
                new Figure(what + ": p99 delay", step.delays().p99(), "ms", TARGET_MS, Figure.Bound.AT_MOST),
                new Figure(what + ": lost or repeated", step.lost(), "", 0, Figure.Bound.AT_MOST));
    }

    /** Publishes at a rate, round robin over the channels, and looks what arrives. */
    private static final class Load {
        private final Audience audience;
        private final int channels;
        private final Publication publication;
        private long published;

        Load(Audience audience, int channels, Publication publication) {
            this.audience = audience;
            this.channels = channels;
            this.publication = publication;
        }

        /** The most deliveries a second with nothing lost and a p99 below the bound. */
        double saturation(String name) {
            double most = 0;
            for (int rate : SWEEP) {
                Step step = step(rate, SECONDS);
                System.out.printf(
                        "  %s: %d events/s, %.0f deliveries/s, p50 %.1f ms, p99 %.1f ms, lost or repeated %d%n",
                        name,
                        rate,
                        step.perSecond(),
                        step.delays().p50(),
                        step.delays().p99(),
                        step.lost());
                if (step.lost() > 0 || step.delays().p99() > SATURATED_MS) {
                    break;
                }
                most = Math.max(most, step.perSecond());
            }
            return most;
        }

        Step step(int rate, int seconds) {
            audience.delays();
            long before = audience.deliveries();
            long faults = audience.faults();
            long count = (long) rate * seconds;
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
                }
                long number = published++;
                publication.publish((int) (number % channels), number / channels, text(number / channels, due));
            }
            long expected = count * (SUBSCRIBERS / channels);
            long last = System.nanoTime();
            long had = audience.deliveries();
            while (had - before < expected && System.nanoTime() - last < QUIET_NANOS) {
                LockSupport.parkNanos(1_000_000);
                long now = audience.deliveries();
                if (now > had) {
                    had = now;
                    last = System.nanoTime();
                }
            }
            long arrived = audience.deliveries() - before;
            return new Step(
                    arrived / ((last - begin) / 1e9),
                    audience.delays(),
                    expected - arrived + audience.faults() - faults);
        }

        private static String text(long sequence, long nanos) {
            String mark = "!" + sequence + "." + nanos + "!";
            return mark + "x".repeat(BYTES - mark.length());
        }
    }
}
