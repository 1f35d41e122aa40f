package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TailTest {
    private final Tail<String> tail = new Tail<>(3, 100);

    @Test
    void shouldForgetTheOldestBeyondItsBounds() {
        // when
        tail.append(5, "a", 10);
        tail.append(6, "b", 10);
        tail.append(7, "c", 10);
        tail.append(8, "d", 10);

        // then
        assertThat(tail.read(5, 10)).isEmpty();
        assertThat(tail.read(6, 2)).containsExactly("b", "c");
        assertThat(tail.read(8, 10)).containsExactly("d");
        assertThat(tail.read(9, 10)).isEmpty();

        // when
        tail.append(9, "e", 100);

        // then
        assertThat(tail.read(9, 1)).containsExactly("e");
        assertThat(tail.bytes()).isEqualTo(100);
    }

    @Test
    void shouldIgnoreWhatIsReadAgainAndBeginAnewAfterAHole() {
        // given
        tail.append(0, "a", 1);
        tail.append(1, "b", 1);

        // then
        assertThat(tail.append(0, "a", 1)).isFalse();
        assertThat(tail.read(0, 10)).containsExactly("a", "b");

        // when
        tail.append(7, "h", 1);

        // then
        assertThat(tail.read(0, 10)).isEmpty();
        assertThat(tail.read(7, 10)).containsExactly("h");
        assertThat(tail.next()).isEqualTo(8);
    }
}
