package io.millrace.edge.protocol.nativechunks;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.codec.ChunkDecoder;
import io.millrace.edge.ingest.ChunkedUploads;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.edge.protocol.uploads.StartedJobs;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestBounds;
import io.vertx.core.Vertx;
import java.util.Locale;

/** What all connections share. Thread-safe. */
record IngestSurroundings(
        Vertx vertx,
        ChunkedUploads uploads,
        NativeOpens opens,
        StartedJobs jobs,
        ChunkDecoder decoder,
        IngestBounds bounds,
        MeterRegistry meters) {
    /** Well below the largest message that a WebSocket of ours takes. */
    private static final int LARGEST_CHUNK = 4 << 20;

    private static final String CODEC_PREFIX = "CHUNK_CODEC_";

    static IngestBounds bounds(ChunkedUploads uploads, ChunkDecoder decoder) {
        return IngestBounds.newBuilder()
                .setChunkBytes(Math.min(uploads.limits().chunkSize(), LARGEST_CHUNK))
                .setUploadBytes(uploads.limits().maxUploadSize())
                .addAllCodecs(decoder.codecs())
                .build();
    }

    /** Bytes of one connection that may be under way. */
    long window() {
        return uploads.limits().maxInFlight();
    }

    void refused(ErrorCode code) {
        EdgeMetrics.REFUSED.counter(meters, "/v1/ingest", code.code()).increment();
    }

    void decoded(ChunkCodec codec, int encodedBytes, int decodedBytes) {
        String name = codec.name().substring(CODEC_PREFIX.length()).toLowerCase(Locale.ROOT);
        EdgeMetrics.CHUNK_ENCODED.counter(meters, name).increment(encodedBytes);
        EdgeMetrics.CHUNK_DECODED.counter(meters, name).increment(decodedBytes);
    }
}
