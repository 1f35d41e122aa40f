package io.millrace.publisher.protocol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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
        Gauge.builder("millrace.publisher.sessions", sessions, AtomicInteger::get)
                .description("open sockets of subscribers")
                .register(meters);
        Gauge.builder("millrace.publisher.subscriptions", subscriptions, AtomicInteger::get)
                .description("streams that are followed, each as often as it is")
                .register(meters);
        sent = Counter.builder("millrace.publisher.events.sent")
                .description("events sent to subscribers")
                .register(meters);
        failed = Counter.builder("millrace.publisher.reads.failed")
                .description("reads of stored events that failed and are tried again")
                .register(meters);
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
