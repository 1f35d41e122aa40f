package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@KafkaTest(killsBrokers = true)
final class RecordProducerFaultIT {
    private static final int RECORDS_WHILE_AWAY = 40;

    private final KafkaCluster cluster;
    private final KafkaSettings kafka;

    RecordProducerFaultIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.kafka = KafkaSettings.at(cluster.bootstrapServers());
    }

    @Test
    void shouldNeitherBlockNorReorderWhileNoBrokerCanBeReached() {
        // given: a producer that knows its topic, and whose client forgets it when its only broker is away
        String topic = cluster.uniqueName("away");
        cluster.createTopic(topic, 1);
        try (RecordProducer producer =
                new RecordProducer(kafka, ProducerOptions.of("away", topic), new SimpleMeterRegistry())) {
            List<CompletableFuture<ProducedTo>> sent = new ArrayList<>();
            sent.add(producer.send(record(topic)));
            sent.getFirst().join();
            cluster.kill(0);

            // when: for four seconds
            List<Duration> taken = new ArrayList<>();
            for (int i = 0; i < RECORDS_WHILE_AWAY; i++) {
                long began = System.nanoTime();
                sent.add(producer.send(record(topic)));
                taken.add(Duration.ofNanos(System.nanoTime() - began));
                sent.getLast()
                        .copy()
                        .completeOnTimeout(new ProducedTo(0, 0), 100, TimeUnit.MILLISECONDS)
                        .join();
            }
            cluster.restart(0);

            // then
            assertThat(taken.stream().filter(time -> time.compareTo(Duration.ofSeconds(1)) > 0))
                    .as("sends that took long, of which the machine may be the cause once")
                    .hasSizeLessThan(2);
            assertThat(sent.stream().map(future -> future.join().offset()).toList())
                    .hasSize(1 + RECORDS_WHILE_AWAY)
                    .isSortedAccordingTo(Comparator.naturalOrder())
                    .doesNotHaveDuplicates();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic) {
        return new ProducerRecord<>(topic, "key".getBytes(StandardCharsets.UTF_8), new byte[100]);
    }
}
