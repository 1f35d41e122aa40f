package io.millrace.edge.codec;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ChunkCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/**
 * Decodes chunks. The client says how many bytes come out, and no more than these are ever held, whatever the content would
 * become: a bomb costs its sender an error. Thread-safe; takes milliseconds for a large chunk, so not for event loops unless
 * {@link #immediate}.
 */
public final class ChunkDecoder {
    private final List<ChunkCodec> codecs;

    /** A decoder for every codec that this machine can load. */
    public ChunkDecoder() {
        List<ChunkCodec> loaded = new ArrayList<>(
                List.of(ChunkCodec.CHUNK_CODEC_IDENTITY, ChunkCodec.CHUNK_CODEC_GZIP, ChunkCodec.CHUNK_CODEC_ZSTD));
        if (Brotli4jLoader.isAvailable()) {
            loaded.add(ChunkCodec.CHUNK_CODEC_BROTLI);
        }
        codecs = List.copyOf(loaded);
    }

    /** What it can decode. */
    public List<ChunkCodec> codecs() {
        return codecs;
    }

    /** Whether decoding costs nothing. */
    public static boolean immediate(ChunkCodec codec) {
        return codec == ChunkCodec.CHUNK_CODEC_IDENTITY;
    }

    /**
     * The decoded bytes.
     *
     * @param length how many the client says there are; already checked against what is allowed
     * @param crc32c their checksum, as the client says
     * @throws MillraceException if the codec is unknown, the content cannot be decoded or has another length or checksum
     */
    public byte[] decode(ChunkCodec codec, byte[] content, int length, int crc32c) {
        if (!codecs.contains(codec)) {
            throw new MillraceException(ErrorCode.UNSUPPORTED_CODEC, "this codec is not one of " + codecs);
        }
        byte[] decoded = switch (codec) {
            case CHUNK_CODEC_IDENTITY -> identity(content, length);
            case CHUNK_CODEC_ZSTD -> zstd(content, length);
            case CHUNK_CODEC_GZIP, CHUNK_CODEC_BROTLI, UNRECOGNIZED -> streamed(codec, content, length);
        };
        CRC32C actual = new CRC32C();
        actual.update(decoded);
        if ((int) actual.getValue() != crc32c) {
            throw new MillraceException(ErrorCode.CHECKSUM_MISMATCH, "crc32c does not match the decoded bytes");
        }
        return decoded;
    }

    private static byte[] identity(byte[] content, int length) {
        if (content.length != length) {
            throw wrongLength(length);
        }
        return content;
    }

    private static byte[] zstd(byte[] content, int length) {
        byte[] decoded = new byte[length];
        long size;
        try {
            size = Zstd.decompressByteArray(decoded, 0, length, content, 0, content.length);
        } catch (ZstdException e) {
            throw unreadable(length, e);
        }
        if (Zstd.isError(size)) {
            throw unreadable(length, new IOException(Zstd.getErrorName(size)));
        }
        if (size != length) {
            throw wrongLength(length);
        }
        return decoded;
    }

    private static byte[] streamed(ChunkCodec codec, byte[] content, int length) {
        try (InputStream in = open(codec, new ByteArrayInputStream(content))) {
            byte[] decoded = new byte[length];
            if (in.readNBytes(decoded, 0, length) < length || in.read() >= 0) {
                throw wrongLength(length);
            }
            return decoded;
        } catch (IOException e) {
            throw unreadable(length, e);
        }
    }

    private static InputStream open(ChunkCodec codec, InputStream content) throws IOException {
        return codec == ChunkCodec.CHUNK_CODEC_GZIP ? new GZIPInputStream(content) : new BrotliInputStream(content);
    }

    private static MillraceException wrongLength(int length) {
        return new MillraceException(
                ErrorCode.INCONSISTENT_LENGTH,
                "the chunk does not decode to the " + length + " bytes that it announces");
    }

    private static MillraceException unreadable(int length, Exception cause) {
        return new MillraceException(
                ErrorCode.INCONSISTENT_LENGTH,
                "the chunk cannot be decoded to the " + length + " bytes that it announces",
                cause);
    }
}
