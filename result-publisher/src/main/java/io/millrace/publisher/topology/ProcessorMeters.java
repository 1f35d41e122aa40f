package io.millrace.publisher.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.publisher.core.Decision;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what comes of records. */
final class ProcessorMeters {
    private final Counter events;
    private final Counter succeeded;
    private final Counter failed;
    private final Counter deadLetters;
    private final Map<Decision.Cause, Counter> dropped = new EnumMap<>(Decision.Cause.class);

    ProcessorMeters(MeterRegistry meters) {
        events = Counter.builder("millrace.publisher.events")
                .description("events numbered")
                .register(meters);
        succeeded = outcomes(meters, "succeeded");
        failed = outcomes(meters, "failed");
        deadLetters = Counter.builder("millrace.publisher.dead.letters")
                .description("records refused by the rules of their stream")
                .register(meters);
        for (Decision.Cause cause : Decision.Cause.values()) {
            dropped.put(
                    cause,
                    Counter.builder("millrace.publisher.dropped")
                            .description("records that said what was decided before")
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    private static Counter outcomes(MeterRegistry meters, String kind) {
        return Counter.builder("millrace.publisher.outcomes")
                .description("requests that have their outcome")
                .tag("kind", kind)
                .register(meters);
    }

    void applied(Decision.Applied applied) {
        events.increment(applied.events().size());
        for (LoggedEvent event : applied.events()) {
            if (event.hasResult()) {
                (event.getResult().hasSuccess() ? succeeded : failed).increment();
            }
        }
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
