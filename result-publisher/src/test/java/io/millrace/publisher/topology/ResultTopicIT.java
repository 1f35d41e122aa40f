package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.schemas.Topics;
import io.millrace.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTopicIT {
    @Test
    void shouldKeepNothingInATopicWhoseRetentionItMayNotAskFor(@TempDir Path folder) throws Exception {
        // given
        BrokerOptions options = BrokerOptions.in(folder)
                .withProperties(Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "true"));
        try (LocalBroker broker = LocalBroker.start(options);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(topic(Topics.RESULTS_JOBS), topic(Topics.RESULTS_CALLS)))
                    .all()
                    .get();
            Eventually.check(
                    () -> ResultTopic.describe(admin).getFirst().retention().equals(Duration.ofHours(1)),
                    "the retention is known");

            // when
            admin.createAcls(List.of(
                            acl(AclOperation.ALL, AclPermissionType.ALLOW),
                            acl(AclOperation.DESCRIBE_CONFIGS, AclPermissionType.DENY)))
                    .all()
                    .get();

            // then
            Eventually.check(
                    () -> ResultTopic.describe(admin).getFirst().retention().isZero(), "the broker denies it");
            assertThat(ResultTopic.describe(admin))
                    .extracting(ResultTopic::name, ResultTopic::partitions)
                    .containsExactly(tuple(Topics.RESULTS_JOBS, 2), tuple(Topics.RESULTS_CALLS, 2));
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, Optional.of(2), Optional.empty()).configs(Map.of("retention.ms", "3600000"));
    }

    private static AclBinding acl(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, Topics.RESULTS_JOBS, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }
}
