package io.millrace.publisher.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.core.Decision;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.runtime.metrics.RuntimeMetrics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.LoggedEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what comes of records. */
final class ProcessorMeters {
    private static final String STATUS_PREFIX = "JOB_STATUS_";

    private final MeterRegistry meters;
    private final Counter events;
    private final Counter succeeded;
    private final Counter failed;
    private final Counter deadLetters;
    private final Map<Decision.Cause, Counter> dropped = new EnumMap<>(Decision.Cause.class);

    ProcessorMeters(MeterRegistry meters) {
        this.meters = meters;
        events = PublisherMetrics.EVENTS.counter(meters);
        succeeded = outcomes(meters, "succeeded");
        failed = outcomes(meters, "failed");
        deadLetters =
                RuntimeMetrics.DEAD_LETTERS.counter(meters, ResultStreams.SERVICE, ErrorCode.INVALID_RECORD.code());
        for (Decision.Cause cause : Decision.Cause.values()) {
            dropped.put(
                    cause, PublisherMetrics.DROPPED.counter(meters, cause.name().toLowerCase(Locale.ROOT)));
        }
    }

    private static Counter outcomes(MeterRegistry meters, String kind) {
        return PublisherMetrics.OUTCOMES.counter(meters, kind);
    }

    void applied(Decision.Applied applied) {
        events.increment(applied.events().size());
        for (LoggedEvent event : applied.events()) {
            if (event.hasResult()) {
                (event.getResult().hasSuccess() ? succeeded : failed).increment();
            } else if (event.hasEnd()) {
                long submittedAtMs = applied.state().getJob().getSubmittedAtMs();
                PublisherMetrics.JOBS
                        .timer(meters, name(event.getEnd().getStatus()))
                        .record(Duration.ofMillis(Math.max(0, event.getAtMs() - submittedAtMs)));
            }
        }
    }

    private static String name(JobStatus status) {
        return status.name().substring(STATUS_PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    void dropped(Decision.Cause cause) {
        Counter counter = dropped.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    void refused() {
        deadLetters.increment();
    }
}
