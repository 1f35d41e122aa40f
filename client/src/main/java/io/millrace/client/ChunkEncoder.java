package io.millrace.client;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/** Makes frames of chunks. */
final class ChunkEncoder {
    private final NativeOptions.Codec codec;

    ChunkEncoder(NativeOptions.Codec codec) {
        this.codec = codec;
    }

    IngestChunk encode(int upload, long sequence, ChunkPlan.Chunk chunk, byte[] content) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(content);
        byte[] encoded = encoded(content);
        boolean smaller = encoded.length < content.length;
        return IngestChunk.newBuilder()
                .setUpload(upload)
                .setSequence(sequence)
                .setOffset(chunk.offset())
                .setLength(content.length)
                .setCrc32C((int) crc.getValue())
                .setFirstLine(chunk.firstLine())
                .setCodec(smaller ? onWire() : ChunkCodec.CHUNK_CODEC_IDENTITY)
                .setContent(UnsafeByteOperations.unsafeWrap(smaller ? encoded : content))
                .build();
    }

    private byte[] encoded(byte[] content) throws IOException {
        return switch (codec) {
            case IDENTITY -> content;
            case ZSTD -> Zstd.compress(content);
            case GZIP -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(content);
                }
                yield out.toByteArray();
            }
        };
    }

    private ChunkCodec onWire() {
        return switch (codec) {
            case IDENTITY -> ChunkCodec.CHUNK_CODEC_IDENTITY;
            case GZIP -> ChunkCodec.CHUNK_CODEC_GZIP;
            case ZSTD -> ChunkCodec.CHUNK_CODEC_ZSTD;
        };
    }
}
