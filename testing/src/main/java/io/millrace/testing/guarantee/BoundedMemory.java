package io.millrace.testing.guarantee;

import java.util.Map;
import java.util.TreeMap;

/** G5: no process grows beyond its bound, whatever waits. */
public final class BoundedMemory implements Guarantee {
    private final long bound;
    private final Map<String, Long> most = new TreeMap<>();

    /** @param bound bytes that a process may have resident */
    public BoundedMemory(long bound) {
        this.bound = bound;
    }

    /** A process had so many bytes resident. */
    public synchronized void sampled(String process, long bytes) {
        most.merge(process, bytes, Math::max);
    }

    @Override
    public synchronized Verdict verdict() {
        Violations violations = new Violations();
        most.forEach((process, bytes) -> {
            if (bytes > bound) {
                violations.add(
                        process + " had " + mebibytes(bytes) + " MiB where " + mebibytes(bound) + " are its bound");
            }
        });
        long highest = most.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return Verdict.of(this, most.size() + " processes, at most " + mebibytes(highest) + " MiB each", violations);
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }
}
