package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.Delta;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTextsTest {
    private final LiveTexts texts = new LiveTexts();
    private final LiveTexts.Memory reader = new LiveTexts.Memory();

    @Test
    void shouldMergeWhatASlowReaderHasMissed() {
        // given
        texts.take(delta("a", 0, "One"));
        assertThat(news()).containsExactly("a@0:One");

        // when
        texts.take(delta("a", 3, " two"));
        texts.take(delta("a", 7, " three"));

        // then
        assertThat(news()).containsExactly("a@3: two three");
        assertThat(news()).isEmpty();
        assertThat(texts.news(new LiveTexts.Memory()))
                .singleElement()
                .satisfies(whole -> assertThat(whole.getText()).isEqualTo("One two three"));
    }

    @Test
    void shouldWaitForTheWholeTextAfterAGap() {
        // when
        assertThat(texts.take(delta("a", 5, "late"))).isFalse();
        texts.take(delta("a", 0, "One"));
        assertThat(texts.take(delta("a", 9, "gap"))).isFalse();
        news();
        texts.take(delta("a", 0, "One two gap"));

        // then
        assertThat(news()).containsExactly("a@3: two gap");
    }

    @Test
    void shouldDropWhatASupersededAttemptStillSends() {
        // given
        texts.take(delta("a", 0, "One"));
        news();

        // when
        texts.take(delta("b", 0, "Uno"));
        assertThat(texts.take(delta("a", 3, " two"))).isFalse();
        assertThat(texts.take(delta("a", 0, "One two"))).isFalse();

        // then
        assertThat(news()).containsExactly("b@0:Uno");
    }

    @Test
    void shouldSayNothingMoreAfterTheResult() {
        // given
        texts.take(delta("a", 0, "One"));

        // when
        texts.settled("req");

        // then
        assertThat(texts.take(delta("a", 0, "One two"))).isFalse();
        assertThat(news()).isEmpty();
        assertThat(texts.length()).isZero();
    }

    private List<String> news() {
        return texts.news(reader).stream()
                .map(delta -> delta.getAttempt() + "@" + delta.getPosition() + ":" + delta.getText())
                .toList();
    }

    private static Delta delta(String attempt, long position, String text) {
        return Delta.newBuilder()
                .setRequestId("req")
                .setAttempt(attempt)
                .setPosition(position)
                .setText(text)
                .build();
    }
}
