package io.millrace.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PieceBufferPropertyTest {

    @Property
    void shouldGiveTheSameBytesInFullPiecesHoweverTheyCome(
            @ForAll @Size(max = 30) List<@Size(max = 40) byte[]> arriving,
            @ForAll @IntRange(min = 1, max = 64) int size) {
        // given
        PieceBuffer buffer = new PieceBuffer(size);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();

        // when
        for (byte[] bytes : arriving) {
            expected.writeBytes(bytes);
            buffer.add(Buffer.buffer(bytes));
            while (buffer.hasFullPiece()) {
                byte[] piece = buffer.take();
                assertThat(piece).hasSize(size);
                sent.writeBytes(piece);
            }
        }
        if (!buffer.isEmpty()) {
            sent.writeBytes(buffer.take());
        }

        // then
        assertThat(sent.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(buffer.isEmpty()).isTrue();
    }
}
