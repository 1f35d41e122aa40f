package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.standalone.operations.check.BrokerCheck;
import io.millrace.standalone.operations.check.EdgeCheck;
import io.millrace.standalone.operations.check.FolderCheck;
import io.millrace.standalone.operations.check.ModelCheck;
import io.millrace.standalone.operations.check.TopicCheck;
import io.millrace.standalone.operations.core.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace doctor}. */
@Command(
        name = "doctor",
        description =
                "Looks whether Kafka, topics, edge, models, clock and disk are as they must be, and says what to do where"
                        + " they are not. Exit code 1 if something is wrong.")
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--bandwidth", description = "Also upload 2 MiB and delete them, to see how fast that goes.")
    private boolean bandwidth;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        MillraceConfig config = kafka.load();
        ClientOptions options = server.clientOptions(ServerOptions.SHORT);
        List<Finding> findings = new ArrayList<>(brokers(config));
        String url = options.server().toString();
        List<Finding> edge = EdgeCheck.run(url, bandwidth);
        findings.addAll(edge);
        if (edge.stream().noneMatch(finding -> finding.level() == Finding.Level.ERROR)) {
            findings.addAll(ModelCheck.run(url, config.models()));
        }
        findings.add(FolderCheck.run(config.dataFolder(System.getenv(), Path.of(System.getProperty("user.home")))));
        return FindingView.print(System.out, findings, json);
    }

    private static List<Finding> brokers(MillraceConfig config) throws InterruptedException {
        KafkaSettings kafka;
        try {
            kafka = KafkaOptions.kafka(config);
        } catch (ConfigException e) {
            // What else there is may be well, or be the cause.
            return List.of(Finding.error(
                    "kafka", Failures.describe(e), "say which cluster, or which data folder 'millrace up' uses"));
        }
        List<Finding> findings = new ArrayList<>(BrokerCheck.run(kafka));
        if (findings.stream()
                .noneMatch(finding -> finding.subject().equals("kafka") && finding.level() == Finding.Level.ERROR)) {
            findings.addAll(TopicCheck.run(kafka, config.topics().definitions(config.models())));
        }
        return findings;
    }
}
