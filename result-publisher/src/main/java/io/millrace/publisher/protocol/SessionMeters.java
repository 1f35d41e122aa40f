package io.millrace.publisher.protocol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.metrics.PublisherMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts sessions, subscriptions and what is sent to them. */
public final class SessionMeters {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMeters.class);

    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final Counter sent;
    private final Counter failed;

    /** Registers them. */
    public SessionMeters(MeterRegistry meters) {
        PublisherMetrics.SESSIONS.gauge(meters, sessions, AtomicInteger::get);
        PublisherMetrics.SUBSCRIPTIONS.gauge(meters, subscriptions, AtomicInteger::get);
        sent = PublisherMetrics.SENT.counter(meters);
        failed = PublisherMetrics.READS_FAILED.counter(meters);
    }

    /** One more session; how many there are now. */
    int opened() {
        return sessions.incrementAndGet();
    }

    void closed() {
        sessions.decrementAndGet();
    }

    void subscribed() {
        subscriptions.incrementAndGet();
    }

    void unsubscribed() {
        subscriptions.decrementAndGet();
    }

    void sent() {
        sent.increment();
    }

    void failed(Throwable cause) {
        failed.increment();
        LOG.atDebug().setCause(cause).log("a read of stored events failed");
    }
}
