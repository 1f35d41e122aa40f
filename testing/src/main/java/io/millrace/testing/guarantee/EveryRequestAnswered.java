package io.millrace.testing.guarantee;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * G3: every accepted request ends in exactly one outcome. Requests go by any name that a test likes, for example their
 * {@code custom_id}; a name that is expected twice stands for two requests.
 */
public final class EveryRequestAnswered implements Guarantee {
    private final Map<String, Count> requests = new LinkedHashMap<>();

    /** A request was accepted. */
    public synchronized void expect(String request) {
        count(request).expected++;
    }

    /** These requests were accepted. */
    public synchronized void expectAll(Collection<String> accepted) {
        accepted.forEach(this::expect);
    }

    /** An outcome arrived; the text says how the request ended and appears in examples. */
    public synchronized void answered(String request, String outcome) {
        Count count = count(request);
        count.answered++;
        count.last = outcome;
    }

    /** How many requests have an outcome, repeats not counted. */
    public synchronized long answered() {
        return requests.values().stream().filter(count -> count.answered > 0).count();
    }

    @Override
    public synchronized Verdict verdict() {
        Violations violations = new Violations();
        LongAdder expected = new LongAdder();
        LongAdder missing = new LongAdder();
        LongAdder repeated = new LongAdder();
        requests.forEach((request, count) -> {
            expected.add(count.expected);
            int surplus = count.answered - count.expected;
            if (surplus < 0) {
                missing.add(-surplus);
                violations.add(request + " has no outcome");
            } else if (surplus > 0) {
                repeated.add(surplus);
                violations.add(request + " has " + count.answered + " outcomes where there should be " + count.expected
                        + ", the last is " + count.last);
            }
        });
        return Verdict.of(
                this,
                expected.sum() + " requests, " + missing.sum() + " outcomes missing, " + repeated.sum() + " too many",
                violations);
    }

    private Count count(String request) {
        return requests.computeIfAbsent(request, absent -> new Count());
    }

    private static final class Count {
        private int expected;
        private int answered;
        private String last = "";
    }
}
