package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloserTest {
    @Test
    void shouldCloseTheLastFirstAndGoOnAfterAFailure() {
        // given
        List<String> closed = new ArrayList<>();
        Closer closer = new Closer();
        closer.add("first", () -> closed.add("first"));
        closer.add("second", () -> {
            throw new IllegalStateException("does not close");
        });
        closer.add("third", () -> closed.add("third"));

        // when
        closer.close();
        closer.close();

        // then
        assertThat(closed).containsExactly("third", "first");
    }
}
