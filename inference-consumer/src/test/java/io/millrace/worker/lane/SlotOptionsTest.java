package io.millrace.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics.Lane;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SlotOptionsTest {
    @ParameterizedTest
    @CsvSource({"30, 6000, 15000", "15, 6000, 10000", "5, 6000, 6000", "5, 45000, 45000"})
    void shouldWaitForAnAnswerForMostOfALockAndAsLongAsOtherClients(int lockSeconds, String ofOthers, int expectedMs) {
        // given
        KafkaSettings kafka =
                new KafkaSettings(Map.of("bootstrap.servers", "localhost:9092", "request.timeout.ms", ofOthers));

        // when
        Map<String, Object> config =
                options(kafka, Duration.ofSeconds(lockSeconds)).consumer("slot");

        // then
        assertThat(config).containsEntry(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, expectedMs);
    }

    private static SlotOptions options(KafkaSettings kafka, Duration lock) {
        return new SlotOptions(kafka, "minilm", Lane.BATCH, 1, lock, Duration.ZERO, () -> true);
    }
}
