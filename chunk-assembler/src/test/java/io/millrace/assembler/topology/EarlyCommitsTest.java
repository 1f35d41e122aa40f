package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class EarlyCommitsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final EarlyCommits commits = new EarlyCommits(context, nanos::get);

    @Test
    void shouldCommitAtOnceButNotManyTimesInARow() {
        assertThat(commitsWhenAsked()).isTrue();
        assertThat(commitsWhenAsked()).isFalse();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(49));
        assertThat(commitsWhenAsked()).isFalse();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(commitsWhenAsked()).isTrue();
    }

    private boolean commitsWhenAsked() {
        context.resetCommit();
        commits.soon();
        return context.committed();
    }
}
