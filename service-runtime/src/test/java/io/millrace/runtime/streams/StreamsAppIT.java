package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
final class StreamsAppIT {
    private static final String INSTANCE = "one";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaCluster cluster;
    private final String name;

    StreamsAppIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.name = cluster.uniqueName("app");
        cluster.createTopic(name, 1);
    }

    @Test
    void shouldStandInTheGroupWithItsOwnProcessAfterItsFolderWasLost(@TempDir Path folder) throws Exception {
        // given
        String before;
        try (StreamsApp app = start(folder.resolve("1"))) {
            before = process(app);
            assertThat(namedProcesses()).containsExactly(before);
        }

        // when
        try (StreamsApp app = start(folder.resolve("2"))) {

            // then
            assertThat(process(app)).isNotEqualTo(before);
            assertThat(namedProcesses()).containsExactly(process(app));
        }
    }

    @Test
    void shouldRemoveWhoeverElseStandsUnderItsNameAndNobodyElse(@TempDir Path folder) throws Exception {
        // given
        String process;
        try (StreamsApp app = start(folder)) {
            process = process(app);
        }
        Set<String> remaining = memberIds();

        try (Admin admin = Admin.create(cluster.clientConfig(Map.of()))) {
            // when
            remove(admin, INSTANCE, process);
            remove(admin, "another", UUID.randomUUID().toString());

            // then
            assertThat(remaining).isNotEmpty();
            assertThat(memberIds()).isEqualTo(remaining);

            // when
            remove(admin, INSTANCE, UUID.randomUUID().toString());

            // then
            assertThat(memberIds()).isEmpty();
        }
    }

    @Test
    void shouldStartWhereTheOperatorChoseAClientId(@TempDir Path folder) {
        try (StreamsApp app = start(folder, Map.of("client.id", "chosen"))) {
            assertThat(app.reasonNotReady()).isEmpty();
        }
    }

    @Test
    void shouldLeaveTheGroupWhereItHasNoNameOfItsOperators(@TempDir Path folder) throws Exception {
        // given
        String kept;
        try (StreamsApp app = start(folder, Map.of(), "")) {
            assertThat(app.reasonNotReady()).isEmpty();
            kept = InstanceName.keptIn(folder, group().application());
            assertThat(names()).isNotEmpty().allMatch(member -> member.startsWith(kept));
        }

        // then
        assertThat(memberIds()).isEmpty();
        assertThat(InstanceName.keptIn(folder, group().application())).isEqualTo(kept);
    }

    private void remove(Admin admin, String instance, String exceptProcess) throws Exception {
        group().remove(admin, instance, group().ofOtherProcess(Optional.of(exceptProcess)), PATIENCE);
    }

    private StreamsApp start(Path folder) {
        return start(folder, Map.of());
    }

    private StreamsApp start(Path folder, Map<String, Object> properties) {
        return start(folder, properties, INSTANCE);
    }

    private StreamsApp start(Path folder, Map<String, Object> properties, String instance) {
        StreamsBuilder builder = new StreamsBuilder();
        // Only an application with stores keeps its process in its folder.
        builder.table(name, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()), Materialized.as("last"));
        Topology topology = builder.build();
        StreamsApp app = StreamsApp.start(
                new StreamsApp.Definition(
                        name, new DeadLetterPolicy("test", name, 1, failure -> Optional.empty()), properties),
                topology,
                new ProcessedOffsets(1),
                ConfigLoader.load(
                        StreamsSettings.class,
                        new ConfigSources(null, Map.of(), List.of("state_dir=" + folder, "instance_id=" + instance))),
                KafkaSettings.at(cluster.bootstrapServers()),
                new SimpleMeterRegistry());
        Eventually.check(() -> app.reasonNotReady().isEmpty(), "the app runs");
        return app;
    }

    private String process(StreamsApp app) {
        return app.streams().metadataForLocalThreads().stream()
                .map(thread ->
                        group().processOfThread(thread.consumerClientId()).orElseThrow())
                .distinct()
                .collect(Collectors.joining());
    }

    /** The processes of the members that have the instance's name. */
    private List<String> namedProcesses() throws Exception {
        return members().stream()
                .filter(member -> member.groupInstanceId()
                        .filter(id -> id.startsWith(INSTANCE))
                        .isPresent())
                .map(member -> group().processOfThread(member.clientId()).orElseThrow())
                .distinct()
                .toList();
    }

    private List<String> names() throws Exception {
        return members().stream()
                .map(member -> member.groupInstanceId().orElseThrow())
                .toList();
    }

    private Set<String> memberIds() throws Exception {
        return members().stream().map(MemberDescription::consumerId).collect(Collectors.toSet());
    }

    private Collection<MemberDescription> members() throws Exception {
        try (Admin admin = Admin.create(cluster.clientConfig(Map.of()))) {
            return group().members(admin, PATIENCE);
        }
    }

    private StreamsGroup group() {
        return new StreamsGroup("millrace-" + name);
    }
}
