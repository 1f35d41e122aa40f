package io.millrace.edge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Locale;

/** What the edge counts of uploads. */
public final class UploadMetrics {
    private final MeterRegistry meters;
    private final Counter completed;
    private final Counter cancelled;
    private final Counter bytes;
    private final Counter whole;
    private final Counter broken;

    /** Counts in this registry. */
    public UploadMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.completed = EdgeMetrics.UPLOADS_COMPLETED.counter(meters);
        this.cancelled = EdgeMetrics.UPLOADS_CANCELLED.counter(meters);
        this.bytes = EdgeMetrics.UPLOAD_BYTES.counter(meters);
        this.whole = EdgeMetrics.APPENDS.counter(meters, "whole");
        this.broken = EdgeMetrics.APPENDS.counter(meters, "broken");
    }

    void created(UploadProtocol protocol) {
        EdgeMetrics.UPLOADS_CREATED
                .counter(meters, name(protocol.name(), "UPLOAD_PROTOCOL_"))
                .increment();
    }

    void completed() {
        completed.increment();
    }

    void cancelled() {
        cancelled.increment();
    }

    void appended(long count, boolean brokenOff) {
        received(count);
        (brokenOff ? broken : whole).increment();
    }

    void received(long count) {
        bytes.increment((double) count);
    }

    private static String name(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
