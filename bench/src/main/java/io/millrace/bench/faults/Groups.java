package io.millrace.bench.faults;

import io.millrace.schemas.Topics;
import io.millrace.testing.Eventually;
import io.millrace.testing.deployment.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;

/** What the brokers say of groups, replicas and themselves. */
final class Groups {
    private static final Duration BOUND = Duration.ofMinutes(1);

    private final Admin admin;

    Groups(Admin admin) {
        this.admin = admin;
    }

    /** How many members a service's group has. */
    int members(Kind kind) throws InterruptedException, ExecutionException {
        return kind == Kind.WORKER
                ? shareGroup().members().size()
                : group(kind).members().size();
    }

    /** Waits until a service's group is sharing out its work to more members than before. */
    void awaitRebalance(Kind kind, int before) {
        Eventually.check(BOUND, () -> rebalances(kind, before), "the group of the " + kind + "s shares out its work");
    }

    /** The name of the broker whose controller is the active one. */
    String activeController() throws InterruptedException, ExecutionException {
        return Kind.BROKER + "-"
                + admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    /** Whether every copy of every record is where it should be. */
    boolean replicated() throws InterruptedException, ExecutionException {
        Collection<String> topics = admin.listTopics(
                        new org.apache.kafka.clients.admin.ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .map(TopicDescription::partitions)
                .flatMap(List::stream)
                .allMatch(partition ->
                        partition.isr().size() == partition.replicas().size());
    }

    private boolean rebalances(Kind kind, int before) throws InterruptedException, ExecutionException {
        if (kind == Kind.WORKER) {
            return members(kind) > before;
        }
        ConsumerGroupDescription group = group(kind);
        return group.groupState() == GroupState.PREPARING_REBALANCE
                || group.groupState() == GroupState.COMPLETING_REBALANCE
                || group.members().size() > before;
    }

    private ConsumerGroupDescription group(Kind kind) throws InterruptedException, ExecutionException {
        String name = "millrace-" + kind;
        return admin.describeConsumerGroups(List.of(name))
                .all()
                .get()
                .values()
                .iterator()
                .next();
    }

    private ShareGroupDescription shareGroup() throws InterruptedException, ExecutionException {
        String name = "millrace-worker." + Contents.MODEL + "." + Topics.Lane.BATCH.suffix();
        return admin.describeShareGroups(List.of(name))
                .all()
                .get()
                .values()
                .iterator()
                .next();
    }
}
