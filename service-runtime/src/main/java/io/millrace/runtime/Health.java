package io.millrace.runtime;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether a process can do its work, part by part. Thread-safe. */
public final class Health {
    /** The part that is ready once all others are registered, so that a process is not taken for ready before. */
    public static final String START = "start";

    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();

    /**
     * Adds a part that says itself when it is ready; until then it is not.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public Check register(String name) {
        Check check = new Check();
        check(name, check::reason);
        return check;
    }

    /**
     * Adds a part that is asked.
     *
     * @param reasonNotReady empty when it is ready; called on any thread, must not block for long
     * @throws IllegalArgumentException if the name is taken
     */
    public void check(String name, Supplier<Optional<String>> reasonNotReady) {
        if (checks.putIfAbsent(name, reasonNotReady) != null) {
            throw new IllegalArgumentException("there is a health check '" + name + "' already");
        }
    }

    /** Whether every part is ready. */
    public boolean ready() {
        return reasons().isEmpty();
    }

    /** Why not: the reason of every part that is not ready, sorted by name. */
    public Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        checks.forEach((name, check) -> reason(check).ifPresent(reason -> reasons.put(name, reason)));
        return Collections.unmodifiableMap(reasons);
    }

    private static Optional<String> reason(Supplier<Optional<String>> check) {
        try {
            return check.get();
        } catch (RuntimeException e) {
            return Optional.of("check failed: " + e);
        }
    }

    /** One part's own word. Thread-safe. */
    public static final class Check {
        private volatile @Nullable String reason = "starting";

        private Check() {}

        /** From now on it is ready. */
        public void ready() {
            reason = null;
        }

        /** From now on it is not ready, and this is why. */
        public void notReady(String why) {
            reason = why;
        }

        private Optional<String> reason() {
            return Optional.ofNullable(reason);
        }
    }
}
