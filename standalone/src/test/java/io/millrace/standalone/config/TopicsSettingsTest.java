package io.millrace.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicsSettingsTest {
    @Test
    void shouldMakeThreeLanesForEveryModelAndEveryOtherTopicOnce() {
        Map<String, TopicDefinition> topics = topics("models=[{name: a},{name: b}]");

        assertThat(topics.keySet())
                .containsExactlyInAnyOrder(
                        Topics.CHUNKS,
                        Topics.LINKS,
                        Topics.RESULTS_JOBS,
                        Topics.RESULTS_CALLS,
                        Topics.DELTAS,
                        Topics.CONTROL,
                        Topics.DEAD_LETTERS,
                        "millrace.requests.a.online",
                        "millrace.requests.a.high",
                        "millrace.requests.a.batch",
                        "millrace.requests.b.online",
                        "millrace.requests.b.high",
                        "millrace.requests.b.batch");
    }

    @Test
    void shouldLoseNothingBySizeAndTolerateOneLostReplica() {
        topics("topics.replication=3")
                .values()
                .forEach(topic -> assertThat(topic.configs())
                        .containsEntry("cleanup.policy", "delete")
                        .containsEntry("retention.bytes", "-1")
                        .containsEntry("min.insync.replicas", "2"));
    }

    @Test
    void shouldRefuseRequestsThatOutliveTheChunksToWhichTheyRefer() {
        assertThatThrownBy(() -> topics("topics.request_retention=8d"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("topics.request_retention")
                .hasMessageContaining("chunk_retention");
    }

    private static Map<String, TopicDefinition> topics(String... overrides) {
        MillraceConfig config = ConfigLoader.load(MillraceConfig.class, ConfigSources.of(overrides));
        List<TopicDefinition> topics = config.topics().definitions(config.models());
        return topics.stream().collect(Collectors.toMap(TopicDefinition::name, Function.identity()));
    }
}
