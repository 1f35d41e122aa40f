package io.millrace.runtime.metrics;

/** What the runtime measures, in every service that has such parts. */
public final class RuntimeMetrics {
    /** All of them. */
    public static final Catalogue ALL = new Catalogue("Every service");

    /** Records that could not be processed. */
    public static final Metric DEAD_LETTERS = ALL.counter(
            "millrace.dead.letters",
            "Records that could not be processed and were put aside, by the service that gave up and the error's code",
            "service",
            "cause");

    /** What producers hold. */
    public static final Metric PRODUCER_BUFFERED = ALL.gauge(
            "millrace.producer.buffered", "bytes", "Bytes handed to a producer and not yet acknowledged", "client");

    /** What a Streams application has before it. */
    public static final Metric STREAMS_LAG = ALL.gauge(
            "millrace.streams.lag", "records", "Records of the fullest partition that wait to be processed", "service");

    /** How large its stores are. */
    public static final Metric STREAMS_STATE = ALL.gauge(
            "millrace.streams.state", "bytes", "Size of the stores, on disk and not yet written to it", "service");

    /** How long it was coming back. */
    public static final Metric STREAMS_RESTORE =
            ALL.gauge("millrace.streams.restore", "seconds", "How long the stores were last being restored", "service");

    /** Whether it works. */
    public static final Metric STREAMS_RUNNING = ALL.gauge(
            "millrace.streams.running",
            "",
            "1 while the Streams application runs, 0 while it starts, rebalances or has failed",
            "service");

    private RuntimeMetrics() {}
}
