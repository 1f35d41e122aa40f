package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class BatcherPropertyTest {
    /** A step: an item of this lane and size is added, or (length 0) a batch is taken. */
    record Step(Lane lane, int tokens, long bytes) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Lane.class),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.longs().between(0, 300))
                .as(Step::new)
                .list()
                .ofMaxSize(120);
    }

    @Provide
    Arbitrary<BatchLimits> limits() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(1, 200),
                        Arbitraries.longs().between(1, 1000),
                        Arbitraries.of(0.0, 0.1, 0.5, 1.0))
                .as((items, tokens, bytes, padding) -> new BatchLimits(items, tokens, bytes, padding, 10));
    }

    @Property
    void shouldGiveEveryItemOnceWithinTheLimits(
            @ForAll("steps") List<Step> steps, @ForAll("limits") BatchLimits limits) {
        Batcher<Integer> batcher = new Batcher<>(limits, 0.1);
        Set<Integer> given = new HashSet<>();
        int added = 0;
        for (Step step : steps) {
            if (step.tokens() > 0) {
                batcher.add(new QueuedItem<>(added++, step.lane(), step.tokens(), step.bytes(), 0));
            } else if (batcher.next(0) instanceof BatchDecision.Run<Integer> run) {
                check(run, limits, given);
            }
        }
        while (batcher.next(0) instanceof BatchDecision.Run<Integer> run) {
            check(run, limits, given);
        }

        assertThat(given).hasSize(added);
        assertThat(batcher.size()).isZero();
        assertThat(batcher.next(0)).isEqualTo(new BatchDecision.Idle<>());
    }

    @Property
    void shouldNeverWaitWhenNothingIsExpectedOrABatchIsFull(
            @ForAll("steps") List<Step> steps, @ForAll("limits") BatchLimits limits, @ForAll boolean expected) {
        Batcher<Integer> batcher = new Batcher<>(limits, 0.1);
        Size sum = Size.NONE;
        int added = 0;
        batcher.expect(Lane.BATCH, expected ? 1 : 0);
        for (Step step : steps) {
            QueuedItem<Integer> item = new QueuedItem<>(added++, Lane.BATCH, step.tokens() + 1, step.bytes(), 0);
            batcher.add(item);
            sum = sum.plus(item.size());
        }

        boolean waits = batcher.next(0) instanceof BatchDecision.WaitUntil<Integer>;
        boolean full = added >= limits.items() || sum.tokens() >= limits.tokens() || sum.bytes() >= limits.bytes();
        assertThat(waits).isEqualTo(added > 0 && expected && !full);
    }

    private static void check(BatchDecision.Run<Integer> run, BatchLimits limits, Set<Integer> given) {
        List<QueuedItem<Integer>> batch = run.batch();
        assertThat(batch).isNotEmpty();
        assertThat(batch.stream().map(QueuedItem::lane).distinct()).hasSize(1);
        batch.forEach(item -> assertThat(given.add(item.item())).isTrue());
        if (batch.size() > 1) {
            int longest = batch.stream().mapToInt(QueuedItem::tokens).max().orElseThrow();
            Size sum = batch.stream().map(QueuedItem::size).reduce(Size.NONE, Size::plus);
            assertThat(sum.bytes()).isLessThanOrEqualTo(limits.bytes());
            assertThat(limits.allow(batch.size(), sum, longest)).isTrue();
        }
    }

    @Property
    void shouldServeAWaitingItemAfterABoundedNumberOfTurns(
            @ForAll @IntRange(min = 0, max = 40) int before, @ForAll Lane lane) {
        Batcher<String> batcher = new Batcher<>(new BatchLimits(1, 100, 1, 1, 0), 0.1);
        for (int i = 0; i < before; i++) {
            batcher.add(new QueuedItem<>("before", lane, 1 + i % 7, 1, 0));
        }
        batcher.add(new QueuedItem<>("it", lane, 100, 1, 0));

        List<String> served = new ArrayList<>();
        while (!served.contains("it")) {
            for (Lane busy : Lane.values()) {
                if (busy != lane) {
                    batcher.add(new QueuedItem<>("other", busy, 1, 1, 0));
                }
            }
            if (batcher.next(0) instanceof BatchDecision.Run<String> run) {
                run.batch().forEach(item -> served.add(item.item()));
            }
        }

        assertThat(served).hasSizeLessThanOrEqualTo((before + 2) * 11);
    }

    @Property
    void shouldPadFullBatchesNoMoreThanTheOrderOfArrivalWould(
            @ForAll List<@IntRange(min = 1, max = 256) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 16) int items) {
        Batcher<Integer> batcher = new Batcher<>(new BatchLimits(items, Integer.MAX_VALUE, Long.MAX_VALUE, 1, 0), 0.1);
        List<Integer> window = lengths.subList(0, Math.min(lengths.size() / items, 2) * items);
        window.forEach(length -> batcher.add(new QueuedItem<>(length, Lane.BATCH, length, 1, 0)));

        long padded = 0;
        while (batcher.next(0) instanceof BatchDecision.Run<Integer> run) {
            padded += (long) run.batch().size() * run.batch().getLast().tokens();
        }

        long inOrder = 0;
        for (int from = 0; from < window.size(); from += items) {
            List<Integer> batch = window.subList(from, from + items);
            inOrder += (long) batch.size()
                    * batch.stream().mapToInt(length -> length).max().orElseThrow();
        }
        assertThat(padded).isLessThanOrEqualTo(inOrder);
    }
}
