package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.lines.LineSplitter;
import io.millrace.schemas.lines.LineSplitter.Line;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Against the simplest model: the whole text at once, cut by hand. */
final class LineSplitterPropertyTest {
    private static final int LONGEST = 6;

    @Property
    void shouldGiveTheSameLinesHoweverTheBytesAreSplit(@ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts)
            throws InterruptedException {
        // given
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        LineSplitter splitter = new LineSplitter(0, 0, LONGEST);
        List<String> lines = new ArrayList<>();

        // when
        int from = 0;
        for (int cut : cuts) {
            int length = Math.min(cut, bytes.length - from);
            splitter.feed(bytes, from, length, line -> lines.add(shown(line)));
            from += length;
        }
        splitter.feed(bytes, from, bytes.length - from, line -> lines.add(shown(line)));
        splitter.end(line -> lines.add(shown(line)));

        // then
        assertThat(lines).isEqualTo(expected(text));
        assertThat(splitter.position()).isEqualTo(bytes.length);
    }

    @Property
    void shouldGoOnAfterAnyLine(@ForAll("texts") String text) throws InterruptedException {
        // given
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Line> all = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(0, 0, LONGEST);
        splitter.feed(bytes, 0, bytes.length, all::add);
        splitter.end(all::add);

        for (int i = 0; i < all.size(); i++) {
            // when
            Line last = all.get(i);
            List<Line> rest = new ArrayList<>();
            LineSplitter next = new LineSplitter(last.end(), last.number(), LONGEST);
            next.feed(bytes, (int) last.end(), bytes.length - (int) last.end(), rest::add);
            next.end(rest::add);

            // then
            assertThat(rest).isEqualTo(all.subList(i + 1, all.size()));
        }
    }

    private static List<String> expected(String text) {
        List<String> lines = new ArrayList<>();
        int number = 0;
        int from = 0;
        while (from < text.length()) {
            int feed = text.indexOf('\n', from);
            int end = feed < 0 ? text.length() : feed + 1;
            String line = text.substring(from, feed < 0 ? end : feed);
            number++;
            String content = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (!line.isBlank()) {
                lines.add(number + "/" + end + "/" + (content.length() > LONGEST ? "too long" : content));
            }
            from = end;
        }
        return lines;
    }

    private static String shown(Line line) {
        return line.number() + "/" + line.end() + "/"
                + (line.tooLong() ? "too long" : line.text().toStringUtf8());
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars('a', 'b', ' ', '\t', '\r', '\n', '\n')
                .ofMaxLength(60);
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 9).list().ofMaxSize(20);
    }
}
