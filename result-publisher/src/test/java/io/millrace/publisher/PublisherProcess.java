package io.millrace.publisher;

import io.millrace.testing.KafkaCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A publisher as a process of its own, to be killed. */
record PublisherProcess(Process process, int port) {

    /** Starts it with these settings of its section, {@code key=value}, beside those that every such one needs. */
    static PublisherProcess start(KafkaCluster kafka, Path folder, int port, String... settings) throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PublisherMain.class.getName()));
        List<String> set = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                "publisher.streams.state_dir=" + folder,
                "publisher.internal.port=0",
                "admin.port=0",
                "http.port=" + port));
        List.of(settings).forEach(setting -> set.add("publisher." + setting));
        set.forEach(setting -> command.addAll(List.of("--set", setting)));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("publisher.log").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new PublisherProcess(process, port);
    }

    /** {@code SIGKILL}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
