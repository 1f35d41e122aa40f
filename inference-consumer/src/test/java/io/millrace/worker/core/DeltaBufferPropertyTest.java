package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DeltaBufferPropertyTest {
    private static final long GATHER = 30;
    private static final long WHOLE = 1000;

    @Property
    void shouldLetNewcomersAndOldFollowersHaveTheSameText(
            @ForAll @Size(max = 200) List<@IntRange(max = 100) Integer> gaps) {
        DeltaBuffer buffer = new DeltaBuffer(GATHER, WHOLE);
        StringBuilder all = new StringBuilder();
        StringBuilder followed = new StringBuilder();
        long now = 0;
        long lastSent = -GATHER;
        long lastWhole = 0;
        for (int gap : gaps) {
            now += gap;
            String piece = "t" + gap;
            buffer.add(piece);
            all.append(piece);
            Optional<DeltaBuffer.Piece> due = buffer.due(now);
            assertThat(due.isPresent()).isEqualTo(now - lastSent >= GATHER);
            if (due.isPresent()) {
                apply(followed, due.get());
                lastSent = now;
                lastWhole = due.get().position() == 0 ? now : lastWhole;
                assertThat(now - lastWhole).isLessThan(WHOLE);
            }
        }
        buffer.flush(now).ifPresent(rest -> apply(followed, rest));

        assertThat(followed).hasToString(all.toString());
        assertThat(buffer.flush(now)).isEmpty();
    }

    private static void apply(StringBuilder text, DeltaBuffer.Piece piece) {
        assertThat(piece.position()).isIn(0L, (long) text.length());
        text.replace((int) piece.position(), text.length(), piece.text());
    }
}
