package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KafkaTest
final class TopicProvisionerIT {
    @Test
    void shouldCreateWhatIsMissingAndSayWhatDiffers(KafkaCluster cluster) {
        // given
        String old = cluster.uniqueName("a-old");
        String fresh = cluster.uniqueName("b-fresh");
        cluster.createTopic(old, 2, Map.of("retention.ms", "1000"));
        short replication = (short) cluster.nodes();
        List<TopicDefinition> wanted = List.of(
                new TopicDefinition(fresh, 3, replication, Map.of("retention.ms", "60000")),
                new TopicDefinition(old, 4, replication, Map.of("retention.ms", "60000")));

        try (TopicProvisioner provisioner = new TopicProvisioner(KafkaSettings.at(cluster.bootstrapServers()))) {
            List<String> before = provisioner.differences(wanted);

            // when
            provisioner.create(wanted);
            provisioner.create(wanted);

            // then
            String partitions = old + " has 2 partitions instead of 4";
            String retention = old + " has retention.ms=1000 instead of 60000";
            assertThat(before).containsExactly(partitions, retention, fresh + " does not exist");
            assertThat(provisioner.differences(wanted)).containsExactly(partitions, retention);
        }
    }
}
