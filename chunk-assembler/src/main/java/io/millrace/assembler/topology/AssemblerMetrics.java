package io.millrace.assembler.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.assembler.core.Decision;
import io.millrace.schemas.v1.UploadStatus;
import java.util.Locale;

/** What the topology counts. Thread-safe. A record that is processed again after a crash is counted again. */
public final class AssemblerMetrics {
    private static final String STATUS_PREFIX = "UPLOAD_STATUS_";

    private final MeterRegistry meters;
    private final Counter opened;
    private final Counter completed;
    private final Counter bytes;
    private final Counter validLines;
    private final Counter invalidLines;

    /** Registers the counters. */
    public AssemblerMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.opened = uploads(meters, "opened");
        this.completed = uploads(meters, "completed");
        this.bytes = Counter.builder("millrace.assembler.bytes")
                .description("Bytes of uploads that took their place")
                .baseUnit("bytes")
                .register(meters);
        this.validLines = lines(meters, "valid");
        this.invalidLines = lines(meters, "invalid");
    }

    void opened() {
        opened.increment();
    }

    void completed() {
        completed.increment();
    }

    void ended(UploadStatus status) {
        uploads(meters, status.name().substring(STATUS_PREFIX.length()).toLowerCase(Locale.ROOT))
                .increment();
    }

    void assembled(long count) {
        bytes.increment((double) count);
    }

    void ignored(Decision.Reason reason) {
        Counter.builder("millrace.assembler.ignored")
                .description("Records that changed nothing")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }

    void refused(String cause) {
        Counter.builder("millrace.dead.letters")
                .description("Records that could not be processed")
                .tag("service", AssemblerApplication.SERVICE)
                .tag("cause", cause)
                .register(meters)
                .increment();
    }

    void expanded(long valid, long invalid) {
        validLines.increment((double) valid);
        invalidLines.increment((double) invalid);
    }

    void expansionEnded(boolean complete) {
        Counter.builder("millrace.assembler.expansions")
                .description("Files of jobs that were expanded, to the end or not")
                .tag("complete", Boolean.toString(complete))
                .register(meters)
                .increment();
    }

    private static Counter uploads(MeterRegistry meters, String event) {
        return Counter.builder("millrace.assembler.uploads")
                .description("Uploads by what happened to them")
                .tag("event", event)
                .register(meters);
    }

    private static Counter lines(MeterRegistry meters, String kind) {
        return Counter.builder("millrace.assembler.lines")
                .description("Lines of jobs' files by what became of them")
                .tag("kind", kind)
                .register(meters);
    }
}
