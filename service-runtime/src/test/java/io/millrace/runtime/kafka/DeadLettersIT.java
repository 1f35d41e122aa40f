package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

@KafkaTest
final class DeadLettersIT {
    private final KafkaCluster cluster;
    private final KafkaSettings kafka;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    DeadLettersIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.kafka = KafkaSettings.at(cluster.bootstrapServers());
    }

    @Test
    void shouldKeepDeadLettersAsTheyWereWithTheirCause() {
        // given
        String topic = cluster.uniqueName("dead-letters");
        cluster.createTopic(topic, 1);
        ConsumerRecord<byte[], byte[]> broken = new ConsumerRecord<>("source", 3, 14, bytes("key"), bytes("value"));
        broken.headers().add("own", bytes("header"));

        // when
        ConsumerRecord<byte[], byte[]> kept;
        try (DeadLetters deadLetters = new DeadLetters(kafka, "dead-letters", topic, meters)) {
            deadLetters
                    .send(broken, "assembler", "invalid_record", "no such kind")
                    .join();
            kept = readFirst(topic);
        }

        // then
        assertThat(meters.counter("millrace.dead.letters", "service", "assembler", "cause", "invalid_record")
                        .count())
                .isEqualTo(1);
        assertThat(kept.key()).isEqualTo(bytes("key"));
        assertThat(kept.value()).isEqualTo(bytes("value"));
        assertThat(kept.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly(
                        "own=header",
                        "millrace-cause-code=invalid_record",
                        "millrace-cause-message=no such kind",
                        "millrace-source-topic=source",
                        "millrace-source-partition=3",
                        "millrace-source-offset=14",
                        "millrace-service=assembler");
    }

    private ConsumerRecord<byte[], byte[]> readFirst(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.client(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return Eventually.value(
                    () -> consumer.poll(Duration.ofSeconds(1)).records(partition).stream()
                            .findFirst(),
                    "the topic's first record can be read");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
