package io.millrace.assembler.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.assembler.core.Decision;
import io.millrace.assembler.metrics.AssemblerCatalogue;
import io.millrace.runtime.metrics.RuntimeMetrics;
import io.millrace.schemas.v1.UploadStatus;
import java.util.Locale;

/** What the topology counts. Thread-safe. A record that is processed again after a crash is counted again. */
public final class AssemblerMetrics {
    private static final String STATUS_PREFIX = "UPLOAD_STATUS_";

    private final MeterRegistry meters;
    private final Counter opened;
    private final Counter completed;
    private final Counter bytes;
    private final Counter repeated;
    private final Counter validLines;
    private final Counter invalidLines;

    /** Registers the counters. */
    public AssemblerMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.opened = uploads(meters, "opened");
        this.completed = uploads(meters, "completed");
        this.bytes = AssemblerCatalogue.BYTES.counter(meters);
        this.repeated = AssemblerCatalogue.REPEATED.counter(meters);
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

    void repeated(long count) {
        repeated.increment((double) count);
    }

    void ignored(Decision.Reason reason) {
        AssemblerCatalogue.IGNORED
                .counter(meters, reason.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    void refused(String cause) {
        RuntimeMetrics.DEAD_LETTERS
                .counter(meters, AssemblerApplication.SERVICE, cause)
                .increment();
    }

    void expanded(long valid, long invalid) {
        validLines.increment((double) valid);
        invalidLines.increment((double) invalid);
    }

    void expansionEnded(boolean complete) {
        AssemblerCatalogue.EXPANSIONS
                .counter(meters, Boolean.toString(complete))
                .increment();
    }

    private static Counter uploads(MeterRegistry meters, String event) {
        return AssemblerCatalogue.UPLOADS.counter(meters, event);
    }

    private static Counter lines(MeterRegistry meters, String kind) {
        return AssemblerCatalogue.LINES.counter(meters, kind);
    }
}
