package io.millrace.testing.deployment;

import java.util.Locale;

/** What a process of a deployment is. */
public enum Kind {
    /** A Kafka broker, which is also a controller. */
    BROKER,
    /** Takes uploads and calls. */
    EDGE,
    /** Puts uploads together and expands jobs. */
    ASSEMBLER,
    /** Runs requests. */
    WORKER,
    /** Decides outcomes and serves results. */
    PUBLISHER;

    /** As in commands and names of processes. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
