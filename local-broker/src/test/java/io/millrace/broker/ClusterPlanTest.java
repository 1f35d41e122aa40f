package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPlanTest {
    @TempDir
    private Path folder;

    @Test
    void shouldDecideOnce() {
        ClusterPlan first = ClusterPlan.of(BrokerOptions.in(folder), 3);
        assertThat(ClusterPlan.of(BrokerOptions.in(folder), 3)).isEqualTo(first);
        assertThat(first.nodes())
                .flatExtracting(ClusterPlan.Node::port, ClusterPlan.Node::controllerPort)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeTheGivenPortAndKeepTheRest() {
        // given
        ClusterPlan first = ClusterPlan.of(BrokerOptions.in(folder), 1);

        // when
        ClusterPlan second = ClusterPlan.of(BrokerOptions.in(folder).withPort(19_999), 1);

        // then
        assertThat(second.bootstrapServers()).isEqualTo("127.0.0.1:19999");
        assertThat(second.quorumVoters()).isEqualTo(first.quorumVoters());
        assertThat(second.clusterId()).isEqualTo(first.clusterId()).hasSize(22);
    }

    @Test
    void shouldRefuseAClusterOfAnotherSize() {
        ClusterPlan.of(BrokerOptions.in(folder), 1);
        assertThatThrownBy(() -> ClusterPlan.of(BrokerOptions.in(folder), 3))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("a cluster of 1 nodes, not 3");
    }
}
