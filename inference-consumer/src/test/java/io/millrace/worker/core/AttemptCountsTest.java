package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AttemptCountsTest {
    @Test
    void shouldCountTheFirstAttemptThoughNobodyWroteItDown() {
        AttemptCounts counts = new AttemptCounts(2);

        assertThat(counts.begun("a")).isEqualTo(2);
        assertThat(counts.begun("a")).isEqualTo(3);
        assertThat(counts.begun("b")).isEqualTo(2);
    }

    @Test
    void shouldNotCountWhatWasGivenBack() {
        AttemptCounts counts = new AttemptCounts(2);

        counts.givenBack("a");
        assertThat(counts.begun("a")).isEqualTo(1);
        counts.givenBack("a");
        counts.givenBack("a");
        assertThat(counts.begun("a")).isEqualTo(1);
        assertThat(counts.begun("a")).isEqualTo(1);
        assertThat(counts.begun("a")).isEqualTo(2);
    }

    @Test
    void shouldKeepThoseThatCameLast() {
        AttemptCounts counts = new AttemptCounts(2);
        counts.begun("a");
        counts.begun("b");
        counts.begun("a");
        counts.begun("c");

        assertThat(counts.begun("a")).isEqualTo(4);
        assertThat(counts.begun("b")).isEqualTo(2);

        counts.clear();
        assertThat(counts.begun("a")).isEqualTo(2);
    }
}
