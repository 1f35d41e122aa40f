package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigReferenceTest {
    @TempDir
    private Path folder;

    @Test
    void shouldListEveryKeyWithDefaultVariableAndMeaning() {
        // when
        String page = ConfigReference.markdown(SampleConfig.class);

        // then
        assertThat(page).contains("""
                | key | default | environment | meaning |
                |---|---|---|---|
                | `state_dir` | `data` | `MILLRACE_STATE_DIR` | Where state lies. |
                """);
        assertThat(page).contains("| `kafka.*` |  | `MILLRACE_KAFKA_…` | Any Kafka client property");
        assertThat(page).contains("\n## `edge`\n\nWhat takes uploads.\n\n| key |");
        assertThat(page).contains("| `admin.port` | `9100` | `MILLRACE_ADMIN_PORT` |");
        assertThat(page)
                .contains("| `edge.flush` | `lazy` | `MILLRACE_EDGE_FLUSH` | When to flush. (one of eager, lazy) |");
        assertThat(page).contains("\n## `models[]`\n");
        assertThat(page).contains("| `models[].max_batch_delay` | `2ms` |  |");
    }

    @Test
    void shouldWriteAFileThatGivesTheSameConfiguration() throws IOException {
        // given
        SampleConfig config = ConfigLoader.load(
                SampleConfig.class,
                ConfigSources.of("edge.timeout=90m", "models=[{name: a}, {name: b}]", "kafka.bootstrap.servers=h:1"));

        // when
        Path file = Files.writeString(folder.resolve("effective.yaml"), ConfigReference.effectiveYaml(config));

        // then
        assertThat(ConfigLoader.load(SampleConfig.class, new ConfigSources(file, Map.of(), List.of())))
                .isEqualTo(config);
    }

    @Test
    void shouldHideSecrets() {
        // given
        SampleConfig config = ConfigLoader.load(
                SampleConfig.class,
                ConfigSources.of(
                        "edge.shared_secret=one", "kafka.ssl.key.password=two", "kafka.sasl.jaas.config=three"));

        // when
        String yaml = ConfigReference.effectiveYaml(config);

        // then
        assertThat(yaml)
                .contains("shared_secret: (hidden)", "ssl.key.password: (hidden)", "sasl.jaas.config: (hidden)")
                .doesNotContain("one", "two", "three");
    }
}
