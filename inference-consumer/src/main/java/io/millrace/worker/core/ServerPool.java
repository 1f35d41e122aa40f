package io.millrace.worker.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Servers of one model: who takes the next request, and who is left alone for a while because it does not answer. Not
 * thread-safe; time is an argument.
 *
 * @param <T> what a server is
 */
public final class ServerPool<T> {
    private static final int FAILURES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final List<Server<T>> servers = new ArrayList<>();

    /** A pool of these, all of them taken for healthy. */
    public ServerPool(List<T> addresses, int concurrency) {
        addresses.forEach(address -> servers.add(new Server<>(address, concurrency)));
    }

    /** One server and its state. */
    public static final class Server<T> {
        private final T address;
        private final ConcurrencyLimit limit;
        private int running;
        private int failures;
        private Duration pause = FIRST_PAUSE;
        private long pausedUntilNanos;
        private boolean paused;

        private Server(T address, int concurrency) {
            this.address = address;
            this.limit = new ConcurrencyLimit(concurrency);
        }

        /** Where it is. */
        public T address() {
            return address;
        }

        /** How many requests it may have. */
        public int limit() {
            return limit.current();
        }

        private boolean takes(long nowNanos) {
            if (!paused) {
                return running < limit.current();
            }
            // After its pause one request tries it out.
            return running == 0 && nowNanos - pausedUntilNanos >= 0;
        }

        private double load() {
            return (double) running / limit.current();
        }

        /** Whether it asked to be left alone, which what it was sent before does not change. */
        private boolean isResting(long nowNanos) {
            return paused && failures == 0 && nowNanos - pausedUntilNanos < 0;
        }

        private void pause(long nowNanos, Duration time) {
            paused = true;
            pausedUntilNanos = nowNanos + time.toNanos();
        }
    }

    /** How a request ended, as far as the server is concerned. */
    public sealed interface Ending {
        /** It answered, if only that the request is wrong. */
        record Answered(long tookNanos) implements Ending {}

        /** It has too much to do: it refused, for at least this time, or was silent too long. */
        record Overloaded(long tookNanos, Duration pause) implements Ending {}

        /** It broke off, answered nonsense, or cannot be reached. */
        record Broken() implements Ending {}

        /** The request was withdrawn: nothing is known. */
        record Withdrawn() implements Ending {}
    }

    /** Takes the least loaded server that has room; the caller must {@link #ended give it back}. */
    public Optional<Server<T>> take(long nowNanos) {
        Optional<Server<T>> chosen =
                servers.stream().filter(server -> server.takes(nowNanos)).min(Comparator.comparingDouble(Server::load));
        chosen.ifPresent(server -> server.running++);
        return chosen;
    }

    /** A request is no longer at the server. */
    public void ended(Server<T> server, Ending ending, long nowNanos) {
        switch (ending) {
            case Ending.Answered answered -> {
                server.limit.answered(answered.tookNanos(), server.running);
                if (!server.isResting(nowNanos)) {
                    heal(server);
                }
            }
            case Ending.Overloaded overloaded -> {
                server.limit.overloaded(nowNanos, overloaded.tookNanos());
                server.failures = 0;
                if (overloaded.pause().isPositive()) {
                    server.pause(nowNanos, shorter(overloaded.pause(), LONGEST_PAUSE));
                }
            }
            case Ending.Broken broken -> {
                server.failures++;
                if (server.failures >= FAILURES) {
                    server.pause(nowNanos, server.pause);
                    server.pause = shorter(server.pause.multipliedBy(2), LONGEST_PAUSE);
                }
            }
            case Ending.Withdrawn withdrawn -> {
                // Neither good nor bad.
            }
        }
        server.running--;
    }

    /** The server was asked how it is, and answered. */
    public void heal(Server<T> server) {
        server.failures = 0;
        server.pause = FIRST_PAUSE;
        server.paused = false;
    }

    /** The server was asked how it is, and did not answer: only one that answers takes requests again. */
    public void suspect(Server<T> server, long nowNanos) {
        server.failures = FAILURES;
        server.pause(nowNanos, LONGEST_PAUSE);
    }

    /** Whether the server did not answer lately. */
    public boolean isSuspect(Server<T> server) {
        return server.failures >= FAILURES;
    }

    /** Whether a server takes requests, be it that it has too many at the moment. */
    public boolean anyHealthy() {
        return servers.stream().anyMatch(server -> !isSuspect(server));
    }

    /** All servers. */
    public List<Server<T>> servers() {
        return List.copyOf(servers);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
