package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProcessedOffsetsTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ProcessedOffsets processed = new ProcessedOffsets();

    @Test
    void shouldAnswerFromWhatIsCommittedWhenNothingCameSinceTheStart() throws InterruptedException {
        assertThat(processed.await(PARTITION, 41, LONG, committed(42))).isTrue();
    }

    @Test
    void shouldAnswerWhereNothingButTheEndsOfTransactionsIsLeft() throws InterruptedException {
        // given
        processed.advance(PARTITION, 40);

        // then
        assertThat(processed.await(PARTITION, 42, LONG, new Brokers(0, true))).isTrue();
        assertThat(processed.await(PARTITION, 42, Duration.ZERO, committed(0))).isTrue();
    }

    @Test
    void shouldNotAnswerBeforeTheRecordIsProcessed() throws InterruptedException {
        // given
        processed.advance(PARTITION, 40);

        // then
        assertThat(processed.await(PARTITION, 41, Duration.ofMillis(60), committed(41)))
                .isFalse();
    }

    @Test
    void shouldAnswerAsSoonAsTheRecordIsProcessed() throws Exception {
        // given
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return processed.await(PARTITION, 41, LONG, committed(0));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        // when
        processed.advance(PARTITION, 40);
        processed.advance(PARTITION, 41);

        // then
        assertThat(answer.get()).isTrue();
    }

    @Test
    void shouldForgetWhatWasProcessedWhenTheTaskBeginsAgain() throws InterruptedException {
        // given
        processed.advance(PARTITION, 41);

        // when
        processed.begin(PARTITION);

        // then
        assertThat(processed.await(PARTITION, 41, Duration.ofMillis(60), committed(40)))
                .isFalse();
    }

    private record Brokers(long committed, boolean empty) implements ProcessedOffsets.BrokerView {
        @Override
        public long committed(TopicPartition partition) {
            return committed;
        }

        @Override
        public boolean isEmpty(TopicPartition partition, long from, long to) {
            return empty;
        }
    }

    private static ProcessedOffsets.BrokerView committed(long offset) {
        return new Brokers(offset, false);
    }
}
