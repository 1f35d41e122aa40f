package io.millrace.publisher.metrics;

import io.millrace.runtime.metrics.Catalogue;
import io.millrace.runtime.metrics.Metric;

/** What the publisher measures. A record that is processed again after a crash is counted again. */
public final class PublisherMetrics {
    /** All of them. */
    public static final Catalogue ALL = new Catalogue("Publisher");

    /** Events. */
    public static final Metric EVENTS = ALL.counter("millrace.publisher.events", "Events numbered in result streams");

    /** Outcomes. */
    public static final Metric OUTCOMES =
            ALL.counter("millrace.publisher.outcomes", "Requests that got their outcome: succeeded, failed", "kind");

    /** Jobs that ended. */
    public static final Metric JOBS =
            ALL.timer("millrace.publisher.job", "Time from a job's submission to its end, by how it ended", "status");

    /** Records without effect. */
    public static final Metric DROPPED =
            ALL.counter("millrace.publisher.dropped", "Records that said what was decided before, by cause", "cause");

    /** Subscribers. */
    public static final Metric SESSIONS = ALL.gauge("millrace.publisher.sessions", "", "Open sockets of subscribers");

    /** Subscriptions. */
    public static final Metric SUBSCRIPTIONS =
            ALL.gauge("millrace.publisher.subscriptions", "", "Streams that are followed, each as often as it is");

    /** Events pushed. */
    public static final Metric SENT = ALL.counter("millrace.publisher.events.sent", "Events sent to subscribers");

    /** Reads that failed. */
    public static final Metric READS_FAILED =
            ALL.counter("millrace.publisher.reads.failed", "Reads of stored events that failed and are tried again");

    /** Pieces of text. */
    public static final Metric DELTAS = ALL.counter(
            "millrace.publisher.deltas", "Pieces of results that are still being made, read from their topic");

    /** Timers. */
    public static final Metric TIMERS =
            ALL.counter("millrace.publisher.timers", "Timers that came due and were sent into the topics");

    /** Who was told. */
    public static final Metric WEBHOOKS = ALL.counter(
            "millrace.publisher.webhooks",
            "Attempts to tell of the end of a job: delivered, failed, given_up; only where a secret is configured",
            "outcome");

    /** Memory for subscribers. */
    public static final Metric TAIL_BYTES = ALL.gauge(
            "millrace.publisher.tail", "bytes", "Size of the last events of followed streams, kept in memory");

    /** Calls under way. */
    public static final Metric CALL_WAITS =
            ALL.gauge("millrace.publisher.call.waits", "", "Calls for whose outcome an edge waits");

    private PublisherMetrics() {}
}
