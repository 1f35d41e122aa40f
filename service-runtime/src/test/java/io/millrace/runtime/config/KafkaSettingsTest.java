package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
    @Test
    void shouldGiveUpAFrozenBrokerLongBeforeKafkasClientsWould() {
        KafkaSettings kafka = KafkaSettings.at("localhost:9092");

        assertThat(kafka.client(Map.of())).containsEntry("request.timeout.ms", "6000");
        assertThat(kafka.requestTimeoutMs()).isEqualTo(6_000);
    }

    @Test
    void shouldWaitAsLongAsTheOperatorSays() {
        KafkaSettings kafka =
                new KafkaSettings(Map.of("bootstrap.servers", "localhost:9092", "request.timeout.ms", "45000"));

        assertThat(kafka.client(Map.of())).containsEntry("request.timeout.ms", "45000");
        assertThat(kafka.requestTimeoutMs()).isEqualTo(45_000);
    }
}
