package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class EarlyCommitsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final CommitPace pace = new CommitPace(nanos::get);
    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final EarlyCommits commits = new EarlyCommits(context, pace);

    @Test
    void shouldCommitAtOnceAndThenAfterAPause() {
        commits.soon();
        assertThat(committed()).isTrue();
        assertThat(commits.isWanted()).isFalse();

        commits.soon();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(49));
        commits.askIfAllowed();
        assertThat(committed()).isFalse();
        assertThat(commits.isWanted()).isTrue();

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        commits.askIfAllowed();
        assertThat(committed()).isTrue();
        commits.askIfAllowed();
        assertThat(committed()).isFalse();
    }

    @Test
    void shouldShareThePaceWithOtherTasks() {
        new EarlyCommits(new MockProcessorContext<byte[], byte[]>(), pace).soon();

        commits.soon();

        assertThat(committed()).isFalse();
        assertThat(commits.isWanted()).isTrue();
    }

    @Test
    void shouldCommitSoonAmongTheFirstItemsOfAJob() {
        assertThat(commitsAfter(0, 256)).isTrue();
        assertThat(commitsAfter(256, 512)).isFalse();
        assertThat(commitsAfter(1_000, 1_024)).isTrue();
        assertThat(commitsAfter(1_024, 1_280)).isFalse();
        assertThat(commitsAfter(3_900, 4_200)).isTrue();
        assertThat(commitsAfter(16_000, 17_000)).isTrue();
        assertThat(commitsAfter(17_000, 100_000)).isFalse();
    }

    private boolean commitsAfter(long from, long to) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
        commits.written(from, to);
        return committed();
    }

    private boolean committed() {
        boolean committed = context.committed();
        context.resetCommit();
        return committed;
    }
}
