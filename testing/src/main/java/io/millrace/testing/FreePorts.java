package io.millrace.testing;

import io.millrace.broker.Ports;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ports of the loop-back address on which nobody listens, for processes that must be told theirs. No connection takes one of
 * them as its own local port before the process listens.
 */
public final class FreePorts {
    private static final String HOST = "127.0.0.1";

    private FreePorts() {}

    /** One of them. */
    public static int one() {
        return Ports.free(HOST, Set.of());
    }

    /** So many, no two the same. */
    public static List<Integer> several(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            ports.add(Ports.free(HOST, new HashSet<>(ports)));
        }
        return ports;
    }
}
