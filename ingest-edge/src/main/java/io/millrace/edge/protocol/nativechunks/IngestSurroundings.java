package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.codec.ChunkDecoder;
import io.millrace.edge.ingest.ChunkedUploads;
import io.millrace.edge.jobs.JobService;
import io.millrace.edge.streams.ResultStreams;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.IngestBounds;
import io.millrace.schemas.v1.IngestChunk;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What all connections share. Thread-safe. */
record IngestSurroundings(
        Vertx vertx,
        ChunkedUploads uploads,
        JobService jobs,
        NativeCalls calls,
        ResultStreams streams,
        ChunkDecoder decoder,
        ChunkMeters meters) {
    /** Well below the largest message that a WebSocket of ours takes. */
    private static final int LARGEST_CHUNK = 4 << 20;

    /** The most bytes of one chunk. */
    long chunkBytes() {
        return Math.min(uploads.limits().chunkSize(), LARGEST_CHUNK);
    }

    /** The most bytes of one upload. */
    long uploadBytes() {
        return uploads.limits().maxUploadSize();
    }

    IngestBounds uploadBounds() {
        return bounds(uploadBytes());
    }

    IngestBounds requestBounds() {
        return bounds(calls.maxBody());
    }

    private IngestBounds bounds(long bytes) {
        return IngestBounds.newBuilder()
                .setChunkBytes(chunkBytes())
                .setUploadBytes(bytes)
                .addAllCodecs(decoder.codecs())
                .build();
    }

    /** Bytes of one connection that may be under way. */
    long window() {
        return uploads.limits().maxInFlight();
    }

    void refused(ErrorCode code) {
        meters.refused(code);
    }

    /** The bytes of a chunk. */
    Future<byte[]> decoded(IngestChunk chunk) {
        byte[] content = chunk.getContent().toByteArray();
        return ChunkDecoder.immediate(chunk.getCodec())
                ? Future.succeededFuture(decode(chunk, content))
                : vertx.executeBlocking(() -> decode(chunk, content));
    }

    private byte[] decode(IngestChunk chunk, byte[] content) {
        byte[] bytes = decoder.decode(chunk.getCodec(), content, chunk.getLength(), chunk.getCrc32C());
        meters.decoded(chunk.getCodec(), content.length, bytes.length);
        return bytes;
    }
}
