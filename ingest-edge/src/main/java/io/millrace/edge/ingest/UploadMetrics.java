package io.millrace.edge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Locale;

/** What the edge counts of uploads. */
public final class UploadMetrics {
    private final MeterRegistry meters;
    private final Counter completed;
    private final Counter cancelled;
    private final Counter bytes;

    /** Counts in this registry. */
    public UploadMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.completed = meters.counter("millrace.edge.uploads.completed");
        this.cancelled = meters.counter("millrace.edge.uploads.cancelled");
        this.bytes = Counter.builder("millrace.edge.upload.bytes")
                .baseUnit("bytes")
                .description("acknowledged bytes of uploads")
                .register(meters);
    }

    void created(UploadProtocol protocol) {
        meters.counter("millrace.edge.uploads.created", "protocol", name(protocol.name(), "UPLOAD_PROTOCOL_"))
                .increment();
    }

    void completed() {
        completed.increment();
    }

    void cancelled() {
        cancelled.increment();
    }

    void received(long count) {
        bytes.increment((double) count);
    }

    private static String name(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
