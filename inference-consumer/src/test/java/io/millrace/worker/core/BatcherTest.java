package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics.Lane;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatcherTest {
    private static final BatchLimits LIMITS = new BatchLimits(4, 1000, 100, 1, 100);

    private final Batcher<String> batcher = new Batcher<>(LIMITS, 0.1);

    @Test
    void shouldBeIdleWithoutItems() {
        assertThat(batcher.next(0)).isEqualTo(new BatchDecision.Idle<>());
    }

    @Test
    void shouldNotWaitWhenNothingMoreIsExpected() {
        batcher.add(item(Lane.BATCH, "a", 10, 0));

        assertThat(run(0)).containsExactly("a");
    }

    @Test
    void shouldWaitForExpectedItemsUntilTheOldestIsTooOld() {
        batcher.expect(Lane.BATCH, 2);
        batcher.add(item(Lane.BATCH, "a", 10, 5));
        batcher.arrived(Lane.BATCH);

        assertThat(batcher.next(6)).isEqualTo(new BatchDecision.WaitUntil<>(105));
        assertThat(run(105)).containsExactly("a");
    }

    @Test
    void shouldRunAsSoonAsTheLastExpectedItemIsThere() {
        batcher.expect(Lane.BATCH, 2);
        batcher.add(item(Lane.BATCH, "a", 10, 0));
        batcher.arrived(Lane.BATCH);
        batcher.add(item(Lane.BATCH, "b", 5, 1));
        batcher.arrived(Lane.BATCH);

        assertThat(run(1)).containsExactly("b", "a");
    }

    @Test
    void shouldNotWaitWhenTheBatchIsFull() {
        batcher.expect(Lane.BATCH, 9);
        for (String item : List.of("a", "b", "c", "d", "e")) {
            batcher.add(item(Lane.BATCH, item, 10, 0));
        }

        assertThat(run(0)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldKeepBatchesBelowTheTokenLimitIncludingPadding() {
        Batcher<String> small = new Batcher<>(new BatchLimits(4, 20, 100, 1, 0), 0.1);
        small.add(item(Lane.BATCH, "long", 11, 0));
        small.add(item(Lane.BATCH, "short", 2, 0));
        small.add(item(Lane.BATCH, "huge", 50, 0));

        assertThat(List.of(items(small.next(0)), items(small.next(0)), items(small.next(0))))
                .containsExactly(List.of("short"), List.of("long"), List.of("huge"));
    }

    @Test
    void shouldKeepBatchesBelowTheByteLimit() {
        Batcher<String> small = new Batcher<>(new BatchLimits(9, 1000, 100, 1, 0), 0.1);
        small.add(new QueuedItem<>("a", Lane.BATCH, 1, 60, 0));
        small.add(new QueuedItem<>("b", Lane.BATCH, 2, 40, 0));
        small.add(new QueuedItem<>("c", Lane.BATCH, 3, 1, 0));
        small.add(new QueuedItem<>("huge", Lane.BATCH, 4, 500, 0));

        assertThat(List.of(items(small.next(0)), items(small.next(0)), items(small.next(0))))
                .containsExactly(List.of("a", "b"), List.of("c"), List.of("huge"));
    }

    @Test
    void shouldNotWaitWhenTheBytesFillABatch() {
        batcher.expect(Lane.BATCH, 9);
        batcher.add(new QueuedItem<>("a", Lane.BATCH, 1, 100, 0));

        assertThat(run(0)).containsExactly("a");
    }

    @Test
    void shouldNotPutShortItemsBesideLongOnes() {
        Batcher<String> tight = new Batcher<>(new BatchLimits(4, 1000, 100, 0.1, 0), 0.1);
        tight.add(item(Lane.BATCH, "long", 100, 0));
        tight.add(item(Lane.BATCH, "short", 10, 0));
        tight.add(item(Lane.BATCH, "nearly as long", 95, 0));

        assertThat(items(tight.next(0))).containsExactly("short");
        assertThat(items(tight.next(0))).containsExactly("nearly as long", "long");
    }

    @Test
    void shouldPadAFewTokensSoonerThanRunOnceMore() {
        Batcher<String> strict = new Batcher<>(new BatchLimits(4, 1000, 100, 0, 0), 0.1);
        strict.add(item(Lane.BATCH, "16", 16, 0));
        strict.add(item(Lane.BATCH, "10", 10, 0));
        strict.add(item(Lane.BATCH, "17", 17, 0));

        assertThat(items(strict.next(0))).containsExactly("10", "16");
        assertThat(items(strict.next(0))).containsExactly("17");
    }

    @Test
    void shouldLowerBatchesOnlyWhereThatSavesMemory() {
        Batcher<String> large = new Batcher<>(new BatchLimits(16, 4096, 100, 1, 0), 0.1);
        Batcher<String> small = new Batcher<>(new BatchLimits(16, 256, 100, 1, 0), 0.1);

        large.lower();
        small.lower();

        assertThat(large.largestBatch()).isEqualTo(8);
        assertThat(small.largestBatch()).isEqualTo(16);
    }

    @Test
    void shouldLookForShortItemsFurtherAmongJobsThanAmongCalls() {
        assertThat(runsBeforeAShortItemBehindManyLongOnes(Lane.BATCH)).isZero();
        assertThat(runsBeforeAShortItemBehindManyLongOnes(Lane.ONLINE)).isPositive();
    }

    private static int runsBeforeAShortItemBehindManyLongOnes(Lane lane) {
        Batcher<String> batcher = new Batcher<>(LIMITS, 0.1);
        for (int i = 0; i < 31; i++) {
            batcher.add(item(lane, "long", 250, 0));
        }
        batcher.add(item(lane, "short", 2, 0));
        int runs = 0;
        while (!items(batcher.next(0)).contains("short")) {
            runs++;
        }
        return runs;
    }

    @Test
    void shouldServeCallsFirstAndStarveNobody() {
        for (int i = 0; i < 100; i++) {
            batcher.add(item(Lane.ONLINE, "call", 1000, 0));
            batcher.add(item(Lane.HIGH, "high", 1000, 0));
            batcher.add(item(Lane.BATCH, "batch", 1000, 0));
        }

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 110; i++) {
            order.addAll(run(0));
        }

        assertThat(order.getFirst()).isEqualTo("call");
        assertThat(order).filteredOn("high"::equals).hasSizeBetween(9, 11);
        assertThat(order).filteredOn("batch"::equals).hasSizeBetween(9, 11);
    }

    private static QueuedItem<String> item(Lane lane, String item, int tokens, long arrived) {
        return new QueuedItem<>(item, lane, tokens, 1, arrived);
    }

    private List<String> run(long now) {
        return items(batcher.next(now));
    }

    private static List<String> items(BatchDecision<String> decision) {
        return decision instanceof BatchDecision.Run<String> run
                ? run.batch().stream().map(QueuedItem::item).toList()
                : List.of("did not run: " + decision);
    }
}
