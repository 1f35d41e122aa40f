package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamsAppTest {
    private static final StreamsApp.Definition DEFINITION = new StreamsApp.Definition(
            "test", new DeadLetterPolicy("test", "dead-letters", 1, failure -> Optional.empty()), Map.of());

    @Test
    void shouldLetATransactionOutliveTheLossOfABroker() {
        assertThat(properties("session_timeout=2s"))
                .containsEntry("consumer.session.timeout.ms", 2_000)
                .containsEntry("producer.transaction.timeout.ms", 30_000);
    }

    @Test
    void shouldLetATransactionOutliveARebalanceThatWaitsForADeadMember() {
        assertThat(properties("session_timeout=45s")).containsEntry("producer.transaction.timeout.ms", 90_000);
        assertThat(properties("session_timeout=2s", "commit_interval=30s"))
                .containsEntry("producer.transaction.timeout.ms", 60_000);
    }

    @Test
    void shouldAllowForHeartbeatsThatAreLate() {
        assertThat((Integer) properties("session_timeout=6s").get("consumer.heartbeat.interval.ms"))
                .isBetween(1, 2_000);
        assertThat((Integer) properties("session_timeout=1ms").get("consumer.heartbeat.interval.ms"))
                .isPositive();
    }

    @Test
    void shouldHearOfARebalanceSoonHoweverLongASessionIs() {
        assertThat(properties("session_timeout=45s")).containsEntry("consumer.heartbeat.interval.ms", 300);
    }

    private static Map<String, Object> properties(String... settings) {
        try (RocksDbMemory memory = new RocksDbMemory(1 << 20)) {
            return StreamsApp.properties(
                    DEFINITION,
                    ConfigLoader.load(StreamsSettings.class, new ConfigSources(null, Map.of(), List.of(settings))),
                    KafkaSettings.at("none:1"),
                    memory);
        }
    }
}
