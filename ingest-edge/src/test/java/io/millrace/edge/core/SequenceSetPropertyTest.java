package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.edge.core.SequenceSet.Gap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SequenceSetPropertyTest {

    @Property
    void shouldSayWhatASetOfNumbersWouldSay(
            @ForAll @Size(max = 30) List<@IntRange(max = 40) Integer> starts,
            @ForAll @IntRange(min = 1, max = 4) int length) {
        // given
        SequenceSet set = new SequenceSet();
        TreeSet<Long> model = new TreeSet<>();

        // when
        for (int start : starts) {
            set.add(start, start + length);
            LongStream.range(start, start + length).forEach(model::add);
        }

        // then
        long next = LongStream.iterate(0, n -> n + 1)
                .filter(n -> !model.contains(n))
                .findFirst()
                .orElseThrow();
        long end = model.isEmpty() ? 0 : model.last() + 1;
        assertThat(set.next()).isEqualTo(next);
        assertThat(set.end(100)).isEqualTo(end);
        assertThat(set.gaps(100).stream().flatMapToLong(gap -> LongStream.range(gap.from(), gap.to())))
                .containsExactlyElementsOf(LongStream.range(0, end)
                        .filter(n -> !model.contains(n))
                        .boxed()
                        .toList());
        assertThat(LongStream.range(0, 50).filter(set::contains).boxed()).containsExactlyElementsOf(model);
    }

    @Property
    void shouldTellNoMoreThanItIsAskedFor(@ForAll @IntRange(min = 1, max = 20) int islands) {
        // given: every second number
        SequenceSet set = new SequenceSet();
        Set<Long> there = new TreeSet<>();
        for (long n = 1; n <= 2L * islands; n += 2) {
            set.add(n, n + 1);
            there.add(n);
        }

        // when
        List<Gap> gaps = set.gaps(3);
        long end = set.end(3);

        // then: what is told is true as far as it goes
        assertThat(gaps).hasSize(Math.min(3, islands));
        assertThat(LongStream.range(0, end)
                        .filter(n -> gaps.stream().noneMatch(gap -> gap.from() <= n && n < gap.to())))
                .allMatch(there::contains);
    }
}
