package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.client.ClientException;
import io.millrace.client.JobEvent;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of {@code examples/trusted-producer}, as a reader would. */
@KafkaTest
class TrustedProducersIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path EXAMPLES = ROOT.resolve("examples/trusted-producer");

    @TempDir
    static Path folder;

    private static AllServices services;
    private static String brokers;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        services = AllServices.start(cluster, folder);
        brokers = cluster.bootstrapServers();
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void shouldRunAJobThatKafkasJavaClientWrote() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        expectJobOf(
                java,
                "--class-path",
                System.getProperty("java.class.path"),
                EXAMPLES.resolve("Producer.java").toString());
    }

    @Test
    void shouldRunAJobThatAnotherLanguagesClientWrote() throws Exception {
        // Installed once and kept, outside the sources.
        Path program = Files.createDirectories(ROOT.resolve("standalone/target/trusted-producer"));
        for (String file : List.of("package.json", "producer.js")) {
            Files.copy(EXAMPLES.resolve(file), program.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        assumeThat(Files.exists(program.resolve("node_modules/kafkajs")) || installed(program))
                .as("npm is there and reaches its registry")
                .isTrue();
        expectJobOf("node", program.resolve("producer.js").toString());
    }

    private static boolean installed(Path program) throws InterruptedException {
        try {
            return run(new ProcessBuilder("npm", "install", "--no-audit", "--no-fund").directory(program.toFile()))
                            .exit()
                    == 0;
        } catch (IOException noNpm) {
            return false;
        }
    }

    private static void expectJobOf(String... command) throws Exception {
        // given
        List<String> names = JobLines.names(5);
        Path input = JobLines.write(folder.resolve("trusted.jsonl"), names);
        String upload = Ids.create(Ids.FILE, System.currentTimeMillis());
        String proto = ROOT.resolve("schemas/src/main/protobuf/millrace/v1/chunks.proto")
                .toString();
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(brokers, upload, input.toString(), proto));

        // when
        Run run = run(new ProcessBuilder(all));
        assertThat(run.exit()).as(run.output()).isZero();

        // then
        String job = Ids.jobOfUpload(Tenant.DEFAULT, upload);
        try (MillraceClient client = AllServices.client(services.port())) {
            Eventually.check(() -> isKnown(client, job), "the job to be known");
            Subscriber subscriber = new Subscriber(names, count -> {});
            JobEvent.End end = client.results().follow(job, null, subscriber);
            assertThat(end.status()).isEqualTo("completed");
            assertThat(end.completed()).isEqualTo(5);
            subscriber.requireAll();
        }
    }

    private static boolean isKnown(MillraceClient client, String job) throws InterruptedException {
        try {
            return client.jobs(LinkListener.NONE).get(job).id().equals(job);
        } catch (ClientException notYet) {
            return false;
        }
    }

    /** Runs it with input and output of its own: Node makes what it inherits non-blocking, also for whoever it has it from. */
    private static Run run(ProcessBuilder command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "run", ".log");
        Process process = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().close();
            int exit = process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : -1;
            return new Run(exit, Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Run(int exit, String output) {}
}
