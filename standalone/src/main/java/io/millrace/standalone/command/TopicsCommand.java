package io.millrace.standalone.command;

import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.config.MillraceConfig;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topics}. */
@Command(name = "topics", description = "Creates the topics in a Kafka cluster, or says where they differ.")
public final class TopicsCommand {
    @Command(name = "create", description = "Creates the topics that are missing.")
    int create(@Mixin ConfigOptions options) {
        MillraceConfig config = options.load(List.of());
        List<TopicDefinition> topics = config.topics().definitions(config.models());
        try (TopicProvisioner provisioner = new TopicProvisioner(config.kafka())) {
            provisioner.create(topics);
        }
        System.err.println("millrace: " + topics.size() + " topics are there");
        return 0;
    }

    @Command(
            name = "check",
            description = "Prints where the topics differ from the configuration; exit code 1 if they do.")
    int check(@Mixin ConfigOptions options) {
        MillraceConfig config = options.load(List.of());
        List<String> differences;
        try (TopicProvisioner provisioner = new TopicProvisioner(config.kafka())) {
            differences = provisioner.differences(config.topics().definitions(config.models()));
        }
        differences.forEach(System.out::println);
        return differences.isEmpty() ? 0 : 1;
    }
}
