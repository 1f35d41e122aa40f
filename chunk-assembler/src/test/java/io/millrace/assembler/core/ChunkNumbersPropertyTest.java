package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.UploadState;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ChunkNumbersPropertyTest {

    @Property
    void shouldKnowTheFirstGapAndTheEndWhateverTheOrder(
            @ForAll @Size(max = 40) List<@IntRange(max = 30) Integer> coming) {
        // given
        UploadState state = UploadState.getDefaultInstance();
        TreeSet<Long> there = new TreeSet<>();

        // when
        for (int number : coming) {
            there.add((long) number);
            state = ChunkNumbers.with(state, number, there::contains);
        }

        // then
        assertThat(state.getNextSequence())
                .isEqualTo(LongStream.range(0, 100)
                        .filter(number -> !there.contains(number))
                        .findFirst()
                        .orElseThrow());
        assertThat(state.getEndSequence()).isEqualTo(there.isEmpty() ? 0 : there.last() + 1);
    }
}
