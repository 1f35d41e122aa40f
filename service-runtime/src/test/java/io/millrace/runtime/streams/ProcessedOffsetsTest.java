package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class ProcessedOffsetsTest {
    private static final long LONG = 60_000;

    private final ProcessedOffsets offsets = new ProcessedOffsets(2);

    @Test
    void shouldWaitForTheProcessorAndNotOnlyForTheConsumer() {
        // given
        offsets.position(partition(0), 10);
        offsets.handedOut(partition(0), 13);
        offsets.position(partition(0), 13);

        // when
        CompletableFuture<Void> before = offsets.await(partition(0), 9, LONG);
        CompletableFuture<Void> waiting = offsets.await(partition(0), 11, LONG);
        offsets.processed(partition(0), 10);
        boolean early = waiting.isDone();
        offsets.processed(partition(0), 11);

        // then
        assertThat(before).isCompleted();
        assertThat(early).isFalse();
        assertThat(waiting).isCompleted();
    }

    @Test
    void shouldCountWhatNoProcessorEverSees() {
        // given
        offsets.position(partition(3), 7);
        CompletableFuture<Void> marker = offsets.await(partition(3), 8, LONG);
        offsets.handedOut(partition(3), 8);
        offsets.position(partition(3), 9);

        // when
        offsets.processed(partition(3), 7);

        // then
        assertThat(marker).isCompleted();
        assertThat(offsets.await(partition(4), 0, LONG)).isNotDone();
    }

    @Test
    void shouldForgetWhatAnotherTaskHadDone() {
        // given
        offsets.position(partition(0), 10);

        // when
        offsets.reset(partition(0));

        // then
        assertThat(offsets.await(partition(0), 5, LONG)).isNotDone();
    }

    @Test
    void shouldBoundTheWaitAndTheWaiting() {
        // given
        CompletableFuture<Void> first = offsets.await(partition(0), 1, 1);
        offsets.await(partition(0), 1, LONG).exceptionally(failure -> null);

        // when
        assertThatThrownBy(first::join).hasCauseInstanceOf(TimeoutException.class);
        CompletableFuture<Void> second = offsets.await(partition(0), 1, LONG);
        CompletableFuture<Void> third = offsets.await(partition(0), 1, LONG);

        // then
        assertThat(second).isNotDone();
        assertThatThrownBy(third::join).hasCauseInstanceOf(ProcessedOffsets.TooManyWaiting.class);
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("topic", number);
    }
}
