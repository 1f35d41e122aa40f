package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@KafkaTest
class KafkaExtensionIT {
    private final KafkaCluster kafka;

    KafkaExtensionIT(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    @Test
    void shouldGiveConstructorAndMethodTheSameCluster(KafkaCluster parameter) {
        assertThat(parameter).isSameAs(kafka);
        assertThat(kafka.nodes()).isEqualTo(1);
    }

    @Test
    void shouldCreateATopicWithItsSettings() throws Exception {
        // given
        String topic = kafka.uniqueName("settings");

        // when
        kafka.createTopic(topic, 3, Map.of("retention.ms", "60000"));
        kafka.createTopic(topic, 3);

        // then
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        assertThat(kafka.admin().describeConfigs(List.of(resource)).all().get().values())
                .singleElement()
                .satisfies(
                        config -> assertThat(config.get("retention.ms").value()).isEqualTo("60000"));
    }

    @Test
    void shouldDeleteTopics() throws Exception {
        // given
        String topic = kafka.uniqueName("deleted");
        kafka.createTopic(topic, 1);

        // when
        kafka.deleteTopics(Set.of(topic, "never-there"));

        // then
        Eventually.check(() -> !kafka.admin().listTopics().names().get().contains(topic), "the topic is gone");
    }
}
