package io.millrace.worker.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.schemas.v1.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResultGroupsTest {
    private static final ResultGroups.Address JOB = new ResultGroups.Address("default", "batch_1");
    private static final ResultGroups.Address ANOTHER = new ResultGroups.Address("default", "batch_2");
    private static final ProducedTo SOMEWHERE = new ProducedTo(0, 7);

    private record Written(ResultGroups.Address address, List<Long> items) {}

    private final List<Written> written = new CopyOnWriteArrayList<>();

    @Test
    void shouldWriteAsSoonAsThereAreEnoughOfAJob() {
        try (ResultGroups groups = groups(3, 1 << 20, Duration.ofHours(1))) {
            // when
            List<CompletableFuture<ProducedTo>> told = new ArrayList<>();
            for (long item = 0; item < 3; item++) {
                told.add(groups.add(JOB, result(item)));
                told.add(groups.add(ANOTHER, result(item)));
            }

            // then
            assertThat(told).allSatisfy(each -> assertThat(each.join()).isEqualTo(SOMEWHERE));
            assertThat(written)
                    .containsExactly(new Written(JOB, List.of(0L, 1L, 2L)), new Written(ANOTHER, List.of(0L, 1L, 2L)));
        }
    }

    @Test
    void shouldNotLetTheFirstOneWaitForLong() {
        try (ResultGroups groups = groups(1_000, 1 << 20, Duration.ofMillis(5))) {
            // when
            CompletableFuture<ProducedTo> first = groups.add(JOB, result(0));

            // then
            assertThat(first.join()).isEqualTo(SOMEWHERE);
            assertThat(groups.add(JOB, result(1)).join()).isEqualTo(SOMEWHERE);
            assertThat(written).hasSize(2);
        }
    }

    @Test
    void shouldKeepARecordSmallAndLetALargeResultGoAlone() {
        try (ResultGroups groups = groups(1_000, 100, Duration.ofHours(1))) {
            // when
            for (Result each : List.of(result(0), result(1), large(2), result(3), large(4))) {
                var unused = groups.add(JOB, each);
            }
        }

        // then
        assertThat(written.stream().map(Written::items))
                .containsExactly(List.of(0L, 1L), List.of(2L), List.of(3L), List.of(4L));
    }

    @Test
    void shouldTellAllOfARecordThatItCouldNotBeWritten() {
        // given
        ResultGroups.Bounds two = new ResultGroups.Bounds(2, 1 << 20, Duration.ofHours(1));
        try (ResultGroups groups = new ResultGroups(two, (address, results) -> {
            throw new IllegalStateException("no broker");
        })) {
            // when
            CompletableFuture<ProducedTo> first = groups.add(JOB, result(0));
            CompletableFuture<ProducedTo> second = groups.add(JOB, result(1));

            // then
            for (CompletableFuture<ProducedTo> each : List.of(first, second)) {
                assertThatThrownBy(each::join)
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseMessage("no broker");
            }
        }
    }

    @Test
    void shouldWriteEveryResultOnceWhateverThreadsAddThem() throws Exception {
        // given
        int threads = 4;
        int each = 5_000;
        List<Thread> adding = new ArrayList<>();
        List<CompletableFuture<ProducedTo>> told = new CopyOnWriteArrayList<>();
        try (ResultGroups groups = groups(7, 1 << 20, Duration.ofMillis(1))) {
            for (int thread = 0; thread < threads; thread++) {
                long from = (long) thread * each;
                adding.add(Thread.ofPlatform().start(() -> {
                    List<CompletableFuture<ProducedTo>> own = new ArrayList<>();
                    for (long item = from; item < from + each; item++) {
                        own.add(groups.add(JOB, result(item)));
                    }
                    told.addAll(own);
                }));
            }
            for (Thread thread : adding) {
                thread.join();
            }
        }

        // then
        assertThat(told)
                .hasSize(threads * each)
                .allSatisfy(one -> assertThat(one).isCompleted());
        assertThat(written).allSatisfy(record -> assertThat(record.items()).hasSizeBetween(1, 7));
        assertThat(written.stream().flatMap(record -> record.items().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, (long) threads * each).boxed().toList());
    }

    private ResultGroups groups(int results, long bytes, Duration patience) {
        return new ResultGroups(new ResultGroups.Bounds(results, bytes, patience), (address, some) -> {
            written.add(new Written(address, some.stream().map(Result::getItem).toList()));
            return CompletableFuture.completedFuture(SOMEWHERE);
        });
    }

    private static Result result(long item) {
        return Result.newBuilder().setItem(item).setCustomId("x".repeat(30)).build();
    }

    private static Result large(long item) {
        return Result.newBuilder().setItem(item).setCustomId("x".repeat(300)).build();
    }
}
