package io.millrace.client;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/** Makes frames of chunks. */
final class ChunkEncoder {
    private final NativeOptions.Codec codec;

    ChunkEncoder(NativeOptions.Codec codec) {
        this.codec = codec;
    }

    /** @param content what is left of it; the frame is a view of it unless it became smaller */
    IngestChunk encode(int upload, long sequence, ChunkPlan.Chunk chunk, ByteBuffer content) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        ByteBuffer encoded = encoded(content);
        boolean smaller = encoded.remaining() < content.remaining();
        return IngestChunk.newBuilder()
                .setUpload(upload)
                .setSequence(sequence)
                .setOffset(chunk.offset())
                .setLength(content.remaining())
                .setCrc32C((int) crc.getValue())
                .setFirstLine(chunk.firstLine())
                .setCodec(smaller ? onWire() : ChunkCodec.CHUNK_CODEC_IDENTITY)
                .setContent(UnsafeByteOperations.unsafeWrap(smaller ? encoded : content))
                .build();
    }

    private ByteBuffer encoded(ByteBuffer content) throws IOException {
        return switch (codec) {
            case IDENTITY -> content;
            case ZSTD -> ByteBuffer.wrap(Zstd.compress(bytes(content)));
            case GZIP -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(bytes(content));
                }
                yield ByteBuffer.wrap(out.toByteArray());
            }
        };
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    private ChunkCodec onWire() {
        return switch (codec) {
            case IDENTITY -> ChunkCodec.CHUNK_CODEC_IDENTITY;
            case GZIP -> ChunkCodec.CHUNK_CODEC_GZIP;
            case ZSTD -> ChunkCodec.CHUNK_CODEC_ZSTD;
        };
    }
}
