package io.millrace.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassageCutterTest {
    @Test
    void shouldCutAtBlankLinesAndNameWhereAPassageBegins() {
        String paragraph = "a sentence of some length that stands for a whole paragraph of the text here ".repeat(2);

        List<Passage> passages = PassageCutter.cut("f.md", List.of("", paragraph, "", "", paragraph));

        assertThat(passages).extracting(Passage::customId).containsExactly("f.md:2", "f.md:5");
        assertThat(passages.get(0).text()).isEqualTo(paragraph.strip());
    }

    @Test
    void shouldKeepPassagesShortAndTheirNamesApart() {
        List<String> lines = IntStream.range(0, 400)
                .mapToObj(i -> "line " + i + " has { some } punctuation, and words".repeat(i % 4))
                .toList();

        List<Passage> passages = PassageCutter.cut("f.java", lines);

        assertThat(passages).hasSizeGreaterThan(20);
        assertThat(passages)
                .allSatisfy(passage -> assertThat(PassageCutter.estimatedTokens(passage.text()))
                        .isLessThanOrEqualTo(160));
        assertThat(new HashSet<>(passages.stream().map(Passage::customId).toList()))
                .hasSameSizeAs(passages);
    }

    @Test
    void shouldLeaveOutWhatSaysNothing() {
        assertThat(PassageCutter.cut("f", List.of())).isEmpty();
        assertThat(PassageCutter.cut("f", List.of("}", "", ")"))).isEmpty();
        assertThat(PassageCutter.cut("f", Collections.nCopies(3, "=".repeat(500))))
                .isEmpty();
    }
}
