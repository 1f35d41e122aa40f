package io.millrace.publisher.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.hub.InputLines;
import io.millrace.publisher.hub.InputLines.Line;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WantedLinesTest {
    private static final byte[] FILE = """
            {"body":{"custom_id":"inner"},"custom_id":"zero"}

            {"custom_id":"one"}\r
            no json
            {"custom_id":3}
            {"custom_id":"four"}""".getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldCountOverLinesThatAreNotBlank() throws InterruptedException {
        assertThat(find(List.of(0L, 1L, 2L, 3L, 4L), false).lines())
                .isEqualTo(Map.of(
                        0L, new Line(1, "zero"),
                        1L, new Line(3, "one"),
                        2L, new Line(4, ""),
                        3L, new Line(5, ""),
                        4L, new Line(6, "four")));
    }

    @Test
    void shouldTakeTheLinesOwnNumberWhereTheFileIsAligned() throws InterruptedException {
        assertThat(find(List.of(2L, 5L), true).lines())
                .isEqualTo(Map.of(2L, new Line(3, "one"), 5L, new Line(6, "four")));
    }

    @Test
    void shouldGoOnWhereItWasHoweverTheFileIsSplit() throws InterruptedException {
        // given
        InputLines.Found first = feed(new WantedLines(List.of(0L, 1L), InputLines.Place.START), 7);

        // when
        InputLines.Found second = feed(new WantedLines(List.of(4L), first.next()), 5);

        // then
        assertThat(first.lines()).containsOnlyKeys(0L, 1L);
        assertThat(first.next().lines()).isEqualTo(3);
        assertThat(second.lines()).isEqualTo(Map.of(4L, new Line(6, "four")));
    }

    private static InputLines.Found find(List<Long> items, boolean aligned) throws InterruptedException {
        WantedLines wanted = new WantedLines(items, InputLines.Place.START);
        wanted.aligned(aligned);
        return feed(wanted, FILE.length);
    }

    private static InputLines.Found feed(WantedLines wanted, int step) throws InterruptedException {
        while (!wanted.isComplete() && wanted.position() < FILE.length) {
            int from = (int) wanted.position();
            byte[] piece = Arrays.copyOfRange(FILE, from, Math.min(FILE.length, from + step));
            wanted.feed(piece, 0, piece.length);
        }
        if (!wanted.isComplete()) {
            wanted.end();
        }
        return wanted.found();
    }
}
