package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ChunkPlan.Chunk;
import io.millrace.schemas.v1.IngestAck;
import io.millrace.schemas.v1.IngestRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkPlanTest {
    @TempDir
    Path folder;

    @Test
    void shouldCutBySize() {
        assertThat(ChunkPlan.bySize(25, 10))
                .containsExactly(new Chunk(0, 10, 0), new Chunk(10, 10, 0), new Chunk(20, 5, 0));
        assertThat(ChunkPlan.bySize(0, 10)).isEmpty();
    }

    @Test
    void shouldCutAtLinesAndCountThem() throws IOException {
        assertThat(byLine("a\nbb\n\nccc\nd", 5))
                .containsExactly(new Chunk(0, 5, 1), new Chunk(5, 5, 3), new Chunk(10, 1, 5));
        assertThat(byLine("a line that is too long\nb\nc\n", 4))
                .containsExactly(new Chunk(0, 24, 1), new Chunk(24, 4, 2));
        assertThat(byLine("", 5)).isEmpty();
        assertThat(byLine("no line break", 5)).containsExactly(new Chunk(0, 13, 1));
    }

    @Test
    void shouldSendWithinItsCreditAndOnlyWhatIsMissing() {
        // given
        ChunkWindow window = new ChunkWindow(ChunkPlan.bySize(50, 10));
        assertThat(window.next()).isEmpty();

        // when: the second chunk is there already
        window.acknowledged(ack(0, 2, 25, 0, 1));

        // then
        assertThat(window.next()).isEqualTo(OptionalInt.of(0));
        assertThat(window.next()).isEqualTo(OptionalInt.of(2));
        assertThat(window.next()).isEmpty();
        assertThat(window.offset()).isZero();

        // when: everything up to the third is there, then the connection breaks
        assertThat(window.acknowledged(ack(3, 3, 25))).isTrue();
        assertThat(window.offset()).isEqualTo(30);
        assertThat(window.next()).isEqualTo(OptionalInt.of(3));
        window.connected();
        assertThat(window.next()).isEmpty();
        window.acknowledged(ack(3, 3, 5));

        // then: what was under way goes again, alone where the window is smaller than it
        assertThat(window.next()).isEqualTo(OptionalInt.of(3));
        assertThat(window.next()).isEmpty();
        window.acknowledged(ack(5, 5, 5));
        assertThat(window.isComplete()).isTrue();
        assertThat(window.offset()).isEqualTo(50);
    }

    private static IngestAck ack(long next, long end, long credit, long... gaps) {
        IngestAck.Builder ack = IngestAck.newBuilder().setNext(next).setEnd(end).setCredit(credit);
        for (int i = 0; i < gaps.length; i += 2) {
            ack.addMissing(IngestRange.newBuilder().setFrom(gaps[i]).setTo(gaps[i + 1]));
        }
        return ack.build();
    }

    private List<Chunk> byLine(String content, int size) throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), content);
        try (FileChannel channel = FileChannel.open(file)) {
            return ChunkPlan.byLine(channel, size);
        }
    }
}
