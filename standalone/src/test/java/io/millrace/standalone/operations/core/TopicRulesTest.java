package io.millrace.standalone.operations.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicRulesTest {
    @Test
    void shouldFindNothingWhereAllIsWell() {
        assertThat(TopicRules.check(facts(3, 3, 0, "2", "false"))).isEmpty();
        assertThat(TopicRules.check(facts(1, 1, 0, "1", "false"))).isEmpty();
        assertThat(TopicRules.replication(3).level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void shouldSayWhatToDoAboutEveryWeakness() {
        List<Finding> findings = List.of(
                only(facts(3, 3, 0, "1", "false")),
                only(facts(3, 3, 0, "3", "false")),
                only(facts(3, 3, 0, "2", "true")),
                only(facts(3, 1, 0, "2", "false")),
                only(facts(3, 3, 2, "2", "false")));

        assertThat(findings).extracting(Finding::level).containsOnly(Finding.Level.ERROR);
        assertThat(findings).extracting(Finding::remedy).noneMatch(String::isEmpty);
        assertThat(only(facts(3, 2, 0, "2", "false")).level()).isEqualTo(Finding.Level.WARNING);
        assertThat(TopicRules.replication(1).level()).isEqualTo(Finding.Level.WARNING);
    }

    private static Finding only(TopicRules.Facts facts) {
        List<Finding> findings = TopicRules.check(facts);
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private static TopicRules.Facts facts(int replicas, int inSync, int leaderless, String least, String unclean) {
        return new TopicRules.Facts(
                "millrace.chunks",
                replicas,
                inSync,
                leaderless,
                Map.of("min.insync.replicas", least, "unclean.leader.election.enable", unclean));
    }
}
