package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class StreamedTextPropertyTest {
    /** Pieces are lost, the whole text comes now and then: what is given out is always the text's beginning, in the end all of it. */
    @Property
    void shouldGiveOutTheTextOnceAndInOrder(
            @ForAll @Size(max = 20) List<@StringLength(max = 5) String> pieces,
            @ForAll @Size(20) List<Boolean> lost,
            @ForAll @Size(20) List<Boolean> full) {
        StreamedText streamed = new StreamedText();
        StringBuilder said = new StringBuilder();
        StringBuilder got = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            int position = said.length();
            said.append(pieces.get(i));
            if (!lost.get(i)) {
                got.append(streamed.piece("a", position, pieces.get(i)).orElseThrow());
            }
            if (full.get(i)) {
                got.append(streamed.piece("a", 0, said.toString()).orElseThrow());
                assertThat(got.toString()).isEqualTo(said.toString());
            }
            assertThat(said.toString()).startsWith(got.toString());
        }

        got.append(streamed.whole(said.toString()).orElseThrow());

        assertThat(got.toString()).isEqualTo(said.toString());
    }

    @Example
    void shouldGoOnWithANewAttemptThatSaysTheSame() {
        StreamedText streamed = new StreamedText();
        assertThat(streamed.piece("a", 0, "Once upon")).contains("Once upon");
        assertThat(streamed.piece("b", 0, "Once")).contains("");
        assertThat(streamed.piece("a", 9, " never")).contains("");
        assertThat(streamed.piece("b", 4, " upon a time")).contains(" a time");
    }

    @Example
    void shouldNotTakeBackWhatWasGiven() {
        StreamedText streamed = new StreamedText();
        assertThat(streamed.piece("a", 0, "Once")).contains("Once");
        assertThat(streamed.piece("b", 0, "Twice")).isEqualTo(Optional.empty());
        assertThat(streamed.whole("Twice told")).isEqualTo(Optional.empty());
        assertThat(streamed.whole("Once more")).contains(" more");
    }
}
