package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

@KafkaTest(nodes = 3, killsBrokers = true)
class KafkaExtensionClusterIT {
    @Test
    void shouldServeWhileOneOfThreeBrokersIsDead(KafkaCluster kafka) throws Exception {
        // given
        String topic = kafka.uniqueName("survivor");
        kafka.createTopic(topic, 6);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(kafka.clientConfig(Map.of()), new StringSerializer(), new StringSerializer())) {

            // when
            kafka.kill(1);

            // then
            for (int partition = 0; partition < 6; partition++) {
                producer.send(new ProducerRecord<>(topic, partition, "key", "value"))
                        .get(30, TimeUnit.SECONDS);
            }
        }
        kafka.restart(1);
        Eventually.check(
                () -> kafka.admin().describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                        .flatMap(description -> description.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == 3),
                "all replicas are in sync again");
        assertThat(kafka.nodes()).isEqualTo(3);
    }
}
