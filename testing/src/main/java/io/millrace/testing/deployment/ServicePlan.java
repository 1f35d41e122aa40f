package io.millrace.testing.deployment;

import io.millrace.testing.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which service listens where and finds which others; one more of each is planned than runs from the beginning. */
final class ServicePlan {
    private static final String HOST = "127.0.0.1:";

    private final DeploymentOptions options;
    private final String bootstrapServers;
    private final List<Integer> edges;
    private final List<Integer> publishers;
    private final List<Integer> assemblerInternals;
    private final List<Integer> publisherInternals;

    ServicePlan(DeploymentOptions options, String bootstrapServers) {
        this.options = options;
        this.bootstrapServers = bootstrapServers;
        int each = options.instances() + 1;
        List<Integer> ports = FreePorts.several(4 * each);
        this.edges = ports.subList(0, each);
        this.publishers = ports.subList(each, 2 * each);
        this.assemblerInternals = ports.subList(2 * each, 3 * each);
        this.publisherInternals = ports.subList(3 * each, 4 * each);
    }

    List<Integer> edgePorts() {
        return List.copyOf(edges.subList(0, options.instances()));
    }

    List<Integer> publisherPorts() {
        return List.copyOf(publishers.subList(0, options.instances()));
    }

    /** The service of this number, counted from 1; not started. */
    ServiceNode node(Kind kind, int number) {
        String name = kind + "-" + number;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                options.program() + "/*",
                "io.millrace.standalone.Main",
                kind.toString()));
        settings(kind, number).forEach(setting -> command.addAll(List.of("--set", setting)));
        return new ServiceNode(name, kind, command, options.folder().resolve(name + ".log"));
    }

    private List<String> settings(Kind kind, int number) {
        List<String> settings = new ArrayList<>(List.of("kafka.bootstrap.servers=" + bootstrapServers, "admin.port=0"));
        if (kind != Kind.PUBLISHER) {
            settings.add("models=" + options.models());
        }
        switch (kind) {
            case EDGE -> {
                settings.add("http.port=" + edges.get(number - 1));
                // Short enough that a run sees the end of calls whose edge died before they were in their lane.
                settings.add("edge.call_deadline=1m");
                settings.add("edge.assembler_addresses=" + addresses(assemblerInternals));
                settings.add("edge.publisher_addresses=" + addresses(publisherInternals));
            }
            case ASSEMBLER -> {
                settings.add("assembler.internal.port=" + assemblerInternals.get(number - 1));
                settings.addAll(streams(kind, number));
            }
            case PUBLISHER -> {
                settings.add("http.port=" + publishers.get(number - 1));
                settings.add("publisher.internal.port=" + publisherInternals.get(number - 1));
                settings.addAll(streams(kind, number));
            }
            case WORKER ->
                settings.add("worker.lock_duration=" + options.clocks().lock().toSeconds() + "s");
            case BROKER -> throw new IllegalArgumentException("a broker is no service");
        }
        settings.addAll(options.settings());
        return settings;
    }

    private List<String> streams(Kind kind, int number) {
        String section = kind + ".streams.";
        List<String> settings = new ArrayList<>(List.of(
                section + "state_dir=" + Deployment.stateFolder(options, kind, number),
                section + "replication=3",
                section + "standbys=1",
                section + "session_timeout=" + options.clocks().session().toSeconds() + "s",
                section + "store_memory=32MiB"));
        // One with a name keeps its work when it leaves, so guests have none.
        if (options.named() && number <= options.instances()) {
            settings.add(section + "instance_id=" + kind + "-" + number);
        }
        return settings;
    }

    private String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "'http://" + HOST + port + "'").collect(Collectors.joining(", ", "[", "]"));
    }
}
