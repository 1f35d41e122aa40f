package io.millrace.bench.results;

import io.millrace.bench.Quantiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many subscribers, each with a socket and a virtual thread. Messages carry {@code !sequence.nanoseconds!}; the sequence of one
 * channel counts 0, 1, 2, …, so each subscriber sees for itself what is missing and what comes twice.
 */
final class Audience implements AutoCloseable {
    /** Opens the socket of a subscriber to a channel. */
    interface Opening {
        EventSocket open(int channel) throws IOException;
    }

    private final List<Subscriber> subscribers = new ArrayList<>();
    private final AtomicLong deliveries = new AtomicLong();

    /** So many, spread evenly over the channels. */
    Audience(int size, int channels, Opening opening) throws IOException {
        for (int i = 0; i < size; i++) {
            Subscriber subscriber = new Subscriber(opening.open(i % channels));
            subscribers.add(subscriber);
            Thread.startVirtualThread(subscriber);
        }
    }

    /** What was delivered since this audience began, or was last asked to forget. */
    long deliveries() {
        return deliveries.get();
    }

    /** Delays in milliseconds since the last call. */
    Quantiles delays() {
        double[] all = subscribers.stream()
                .flatMapToDouble(subscriber -> Arrays.stream(subscriber.take()))
                .toArray();
        return all.length == 0 ? new Quantiles(Double.NaN, Double.POSITIVE_INFINITY) : Quantiles.of(all);
    }

    /** Messages that came out of turn: twice, or after one that is missing. */
    long faults() {
        return subscribers.stream()
                .mapToLong(subscriber -> subscriber.faults.get())
                .sum();
    }

    @Override
    public void close() throws IOException {
        for (Subscriber subscriber : subscribers) {
            subscriber.socket.close();
        }
    }

    private final class Subscriber implements Runnable {
        private final EventSocket socket;
        private double[] delays = new double[64];
        private int size;
        private long next;
        private final AtomicLong faults = new AtomicLong();

        Subscriber(EventSocket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            try {
                for (int length = socket.next(); length >= 0; length = socket.next()) {
                    take(socket.payload(), length, System.nanoTime());
                }
            } catch (IOException e) {
                // The measurement is over, or what is missing will be counted.
            }
        }

        private void take(byte[] bytes, int length, long now) {
            int at = 0;
            while (at < length && bytes[at] != '!') {
                at++;
            }
            if (at == length) {
                return;
            }
            long sequence = 0;
            for (at++; bytes[at] != '.'; at++) {
                sequence = 10 * sequence + bytes[at] - '0';
            }
            long sent = 0;
            for (at++; bytes[at] != '!'; at++) {
                sent = 10 * sent + bytes[at] - '0';
            }
            if (sequence != next) {
                faults.incrementAndGet();
            }
            next = sequence + 1;
            add((now - sent) / 1e6);
            deliveries.incrementAndGet();
        }

        private synchronized void add(double delay) {
            if (size == delays.length) {
                delays = Arrays.copyOf(delays, 2 * size);
            }
            delays[size++] = delay;
        }

        private synchronized double[] take() {
            double[] taken = Arrays.copyOf(delays, size);
            size = 0;
            return taken;
        }
    }
}
