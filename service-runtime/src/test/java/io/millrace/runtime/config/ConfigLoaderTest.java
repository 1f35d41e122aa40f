package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {
    @TempDir
    private Path folder;

    @Test
    void shouldGiveTheDefaults() {
        // when
        SampleConfig config = ConfigLoader.load(SampleConfig.class, ConfigSources.of());

        // then
        assertThat(config.stateDir()).isEqualTo("data");
        assertThat(config.admin()).isEqualTo(new HttpSettings("127.0.0.1", 9100));
        assertThat(config.edge())
                .isEqualTo(new SampleConfig.Edge(
                        new ByteSize(1L << 30),
                        Duration.ofSeconds(15),
                        SampleConfig.Flush.LAZY,
                        0.5,
                        false,
                        List.of("http://127.0.0.1:1"),
                        7,
                        ""));
        assertThat(config.models())
                .extracting(ModelSettings::name, ModelSettings::dimensions)
                .containsExactly(tuple("all-minilm-l6-v2", 384));
        assertThat(config.kafka().hasBootstrapServers()).isFalse();
    }

    @Test
    void shouldReadTheFile() throws IOException {
        // given
        Path file = file("""
                state_dir: /var/lib/millrace
                kafka:
                  bootstrap.servers: broker:9092
                  security.protocol: SSL
                edge:
                  max_upload_size: 64MiB
                  timeout: 1h30m
                  flush: EAGER
                  verbose: true
                  addresses: [a, b]
                models:
                  - name: small
                    dimensions: 8
                  - name: large
                """);

        // when
        SampleConfig config = load(file, Map.of());

        // then
        assertThat(config.stateDir()).isEqualTo("/var/lib/millrace");
        assertThat(config.kafka().client(Map.of("client.id", "x")))
                .containsAllEntriesOf(
                        Map.of("bootstrap.servers", "broker:9092", "security.protocol", "SSL", "client.id", "x"));
        assertThat(config.edge().maxUploadSize()).isEqualTo(new ByteSize(64L << 20));
        assertThat(config.edge().timeout()).isEqualTo(Duration.ofMinutes(90));
        assertThat(config.edge().flush()).isEqualTo(SampleConfig.Flush.EAGER);
        assertThat(config.edge().verbose()).isTrue();
        assertThat(config.edge().addresses()).containsExactly("a", "b");
        assertThat(config.models()).extracting(ModelSettings::name).containsExactly("small", "large");
        assertThat(config.models()).extracting(ModelSettings::dimensions).containsExactly(8, 384);
    }

    @Test
    void shouldLetTheEnvironmentWinOverTheFileAndOverridesOverBoth() throws IOException {
        // given
        Path file = file("""
                edge:
                  max_parts: 1
                  timeout: 1s
                  share: 0.1
                """);
        Map<String, String> environment = Map.of(
                "MILLRACE_EDGE_TIMEOUT", "2s",
                "MILLRACE_EDGE_SHARE", "0.2",
                "MILLRACE_EDGE_ADDRESSES", "x, y",
                "MILLRACE_KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
                "MILLRACE_STATE_DIR", "elsewhere",
                "MILLRACE_MODELS", "[{name: other}]",
                "MILLRACE_TEST_KAFKA", "not ours",
                "HOME", "/");

        // when
        SampleConfig config = load(file, environment, "edge.share=0.3", "kafka.linger.ms=5");

        // then
        assertThat(config.edge().maxParts()).isEqualTo(1);
        assertThat(config.edge().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.edge().share()).isEqualTo(0.3);
        assertThat(config.edge().addresses()).containsExactly("x", "y");
        assertThat(config.stateDir()).isEqualTo("elsewhere");
        assertThat(config.models()).extracting(ModelSettings::name).containsExactly("other");
        assertThat(config.kafka().properties()).isEqualTo(Map.of("bootstrap.servers", "broker:9092", "linger.ms", "5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edge.max_upload_size=abc|edge.max_upload_size: 'abc' is no size; write a number with B, KiB, MiB or GiB",
                "edge.timeout=5|edge.timeout: '5' is no duration; write a number with ms, s, m, h or d",
                "edge.flush=never|edge.flush: 'never' is no choice; write one of eager, lazy",
                "edge.max_parts=x|edge.max_parts: 'x' is no integer; write a whole number",
                "edge.max_parts=|edge.max_parts: is not set; allowed: a whole number",
                "edge.max_parts=0|edge.max_parts: '0' is not allowed; allowed: at least 1",
                "edge.verbose=yes|edge.verbose: 'yes' is no boolean; write true or false",
                "admin.port=70000|admin.port: '70000' is not allowed; allowed: 0 to 65535",
                "models=[{name: a/b}]|models[0].name: 'a/b' is not allowed; allowed: a letter or digit, then at most 99"
                        + " letters, digits, '.', '_' or '-'",
                "models=[{nam: a}]|models[0].nam: is no setting; did you mean name?",
                "edge.max_uplod_size=1B|edge.max_uplod_size: is no setting; did you mean max_upload_size?",
                "egde.max_parts=1|egde: is no setting; did you mean edge? known here: state_dir, kafka, admin, edge, models",
                "edge.timeout.ms=1|edge.timeout.ms: is no setting; edge.timeout has no keys below it",
                "edge|edge: is no override; write key=value",
            })
    void shouldRefuseWithThePathTheValueAndWhatIsAllowed(String override, String message) {
        assertThatThrownBy(() -> ConfigLoader.load(SampleConfig.class, ConfigSources.of(override)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldRefuseUnknownKeysOfTheFileButLetOtherServicesSectionsStand() throws IOException {
        // given
        Path others = file("worker:\n  slots: 3\n");
        Path wrong = file("edge:\n  nothing_like_it: 3\n");

        // when
        SampleConfig config = load(others, Map.of());

        // then
        assertThat(config.stateDir()).isEqualTo("data");
        assertThatThrownBy(() -> load(wrong, Map.of()))
                .hasMessage("edge.nothing_like_it: is no setting; known here: max_upload_size, timeout, flush, share,"
                        + " verbose, addresses, max_parts, shared_secret");
    }

    @Test
    void shouldRefuseAnUnknownVariableOfAKnownSection() {
        assertThatThrownBy(() -> load(null, Map.of("MILLRACE_EDGE_MAX_PART", "3")))
                .hasMessageStartingWith(
                        "MILLRACE_EDGE_MAX_PART: edge.max_part: is no setting; did you mean max_parts?");
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws IOException {
        // given
        Path broken = file("edge:\n  timeout: [1\n");
        Path list = file("- edge\n");
        Path twice = file("edge:\n  timeout: 1s\n  timeout: 2s\n");
        Path missing = folder.resolve("missing.yaml");

        // then
        assertThatThrownBy(() -> load(broken, Map.of()))
                .hasMessageStartingWith(broken + ": is not valid YAML in line ");
        assertThatThrownBy(() -> load(list, Map.of())).hasMessage(list + ": must hold keys and values");
        assertThatThrownBy(() -> load(twice, Map.of())).hasMessageContaining("Duplicate");
        assertThatThrownBy(() -> load(missing, Map.of())).hasMessage(missing + ": there is no such file");
    }

    @Test
    void shouldSayThatKafkasAddressIsMissing() {
        assertThatThrownBy(() -> new KafkaSettings(Map.of()).client(Map.of()))
                .hasMessage("kafka.bootstrap.servers: is not set; allowed: HOST:PORT, several with commas between");
    }

    private SampleConfig load(@Nullable Path file, Map<String, String> environment, String... overrides) {
        return ConfigLoader.load(SampleConfig.class, new ConfigSources(file, environment, List.of(overrides)));
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "config", ".yaml"), yaml);
    }
}
