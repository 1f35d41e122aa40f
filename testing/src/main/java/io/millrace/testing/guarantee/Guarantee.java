package io.millrace.testing.guarantee;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * One promise. A test tells it what it saw, through methods of its own, from any thread and in the order in which it was
 * seen, and asks for the verdict at the end.
 */
public interface Guarantee {
    /** Whether it has held so far. */
    Verdict verdict();

    /**
     * Fails with everything that is broken.
     *
     * @throws AssertionError if one of them did not hold
     */
    static void requireAll(Guarantee... guarantees) {
        String broken = Arrays.stream(guarantees)
                .map(Guarantee::verdict)
                .filter(verdict -> !verdict.held())
                .map(Verdict::toString)
                .collect(Collectors.joining("\n"));
        if (!broken.isEmpty()) {
            throw new AssertionError(broken);
        }
    }
}
