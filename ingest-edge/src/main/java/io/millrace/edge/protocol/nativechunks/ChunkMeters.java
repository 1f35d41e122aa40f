package io.millrace.edge.protocol.nativechunks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.runtime.metrics.MetersByLabel;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ChunkCodec;
import java.util.Locale;

/** What is counted of all connections. Thread-safe. */
final class ChunkMeters {
    private static final String CODEC_PREFIX = "CHUNK_CODEC_";

    private final MetersByLabel<Counter> encoded;
    private final MetersByLabel<Counter> decoded;
    private final MetersByLabel<Counter> refused;

    ChunkMeters(MeterRegistry meters) {
        encoded = new MetersByLabel<>(codec -> EdgeMetrics.CHUNK_ENCODED.counter(meters, name(codec)));
        decoded = new MetersByLabel<>(codec -> EdgeMetrics.CHUNK_DECODED.counter(meters, name(codec)));
        refused = new MetersByLabel<>(code -> EdgeMetrics.REFUSED.counter(meters, "/v1/ingest", code));
    }

    /** A chunk has come whole. */
    void decoded(ChunkCodec codec, int encodedBytes, int decodedBytes) {
        encoded.of(codec.name()).increment(encodedBytes);
        decoded.of(codec.name()).increment(decodedBytes);
    }

    /** Something was refused. */
    void refused(ErrorCode code) {
        refused.of(code.code()).increment();
    }

    private static String name(String codec) {
        return codec.substring(CODEC_PREFIX.length()).toLowerCase(Locale.ROOT);
    }
}
