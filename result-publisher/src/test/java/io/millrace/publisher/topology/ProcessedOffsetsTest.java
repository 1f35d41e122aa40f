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
        assertThat(processed.await(PARTITION, 41, LONG, partition -> 42)).isTrue();
    }

    @Test
    void shouldNotAnswerBeforeTheRecordIsProcessed() throws InterruptedException {
        // given
        processed.advance(PARTITION, 40);

        // then
        assertThat(processed.await(PARTITION, 41, Duration.ofMillis(60), partition -> 41))
                .isFalse();
    }

    @Test
    void shouldAnswerAsSoonAsTheRecordIsProcessed() throws Exception {
        // given
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return processed.await(PARTITION, 41, LONG, partition -> 0);
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
        assertThat(processed.await(PARTITION, 41, Duration.ofMillis(60), partition -> 40))
                .isFalse();
    }
}
