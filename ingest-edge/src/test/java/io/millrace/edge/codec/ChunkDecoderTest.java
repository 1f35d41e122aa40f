package io.millrace.edge.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.Zstd;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ChunkCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkDecoderTest {
    private final ChunkDecoder decoder = new ChunkDecoder();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void shouldDecodeWhatWasEncoded(ChunkCodec codec) throws IOException {
        byte[] content = "the same words again and again, ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        assertThat(decoder.decode(codec, encoded(codec, content), content.length, crc(content)))
                .isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void shouldRefuseWhatBecomesLongerOrShorterThanItSays(ChunkCodec codec) throws IOException {
        // given: a bomb of 64 MiB that says it has 1000 bytes, and a chunk that is shorter than it says
        byte[] bomb = encoded(codec, new byte[64 << 20]);
        byte[] little = encoded(codec, new byte[999]);

        // then
        assertRefused(codec, bomb, 1000, 0, ErrorCode.INCONSISTENT_LENGTH);
        assertRefused(codec, little, 1000, 0, ErrorCode.INCONSISTENT_LENGTH);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNRECOGNIZED", "CHUNK_CODEC_IDENTITY"})
    void shouldRefuseWhatIsNoneOfItsCodec(ChunkCodec codec) throws IOException {
        byte[] cut = encoded(codec, new byte[5000]);
        assertRefused(codec, Arrays.copyOf(cut, cut.length / 2), 5000, 0, ErrorCode.INCONSISTENT_LENGTH);
        assertRefused(codec, new byte[] {1, 2, 3}, 5000, 0, ErrorCode.INCONSISTENT_LENGTH);
    }

    @Test
    void shouldRefuseAnUnknownCodecAndAWrongChecksum() {
        byte[] content = {1, 2, 3};
        assertRefused(ChunkCodec.UNRECOGNIZED, content, 3, crc(content), ErrorCode.UNSUPPORTED_CODEC);
        assertRefused(ChunkCodec.CHUNK_CODEC_IDENTITY, content, 3, crc(content) + 1, ErrorCode.CHECKSUM_MISMATCH);
    }

    private void assertRefused(ChunkCodec codec, byte[] content, int length, int crc, ErrorCode code) {
        assertThatThrownBy(() -> decoder.decode(codec, content, length, crc))
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static byte[] encoded(ChunkCodec codec, byte[] content) throws IOException {
        return switch (codec) {
            case CHUNK_CODEC_ZSTD -> Zstd.compress(content);
            case CHUNK_CODEC_BROTLI -> {
                Brotli4jLoader.ensureAvailability();
                yield Encoder.compress(content, Encoder.Parameters.create(1));
            }
            case CHUNK_CODEC_GZIP -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(content);
                }
                yield out.toByteArray();
            }
            case CHUNK_CODEC_IDENTITY, UNRECOGNIZED -> content;
        };
    }

    private static int crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
