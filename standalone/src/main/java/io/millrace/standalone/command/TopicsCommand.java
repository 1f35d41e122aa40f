package io.millrace.standalone.command;

import io.millrace.broker.BrokerProfile;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.standalone.operations.check.TopicCheck;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace topics}. */
@Command(name = "topics", description = "Creates the topics in a Kafka cluster, or says where they differ.")
public final class TopicsCommand {
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Creates the topics that are missing.")
    int create(
            @Mixin KafkaOptions kafka,
            @Option(names = "--alter", description = "Also give those that are there the configured settings.")
                    boolean alter) {
        MillraceConfig config = kafka.load();
        List<TopicDefinition> topics = config.topics().definitions(config.models());
        try (TopicProvisioner provisioner = new TopicProvisioner(KafkaOptions.kafka(config))) {
            provisioner.create(topics);
            if (alter) {
                provisioner.alter(topics);
            }
        }
        System.err.println("millrace: " + topics.size() + " topics are there");
        return 0;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Says where the topics differ from the configuration and from what the guarantees need, and"
                    + " what to do; exit code 1 if they do.")
    int check(
            @Mixin KafkaOptions kafka, @Option(names = "--json", description = "Print one JSON object.") boolean json) {
        MillraceConfig config = kafka.load();
        return FindingView.print(
                System.out,
                TopicCheck.run(KafkaOptions.kafka(config), config.topics().definitions(config.models())),
                json);
    }

    @Command(
            name = "profile",
            mixinStandardHelpOptions = true,
            description = "Prints the broker settings with which failures are noticed sooner, for server.properties.")
    int profile() {
        BrokerProfile.ADVISED.forEach((name, value) -> System.out.println(name + "=" + value));
        return 0;
    }
}
