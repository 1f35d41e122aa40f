package io.millrace.runtime.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer group of a Streams application, as its brokers know it. A process has an id, which stands in the client ids of its
 * members and in its transactional ids, and is kept in its state folder. Thread-safe; blocks.
 *
 * @param application id of the Streams application, which its group has too
 */
record StreamsGroup(String application) {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsGroup.class);
    private static final String PROCESS = "-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-";

    /** The members; none where there is no such group. */
    Collection<MemberDescription> members(Admin admin, Duration patience)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return admin.describeConsumerGroups(List.of(application))
                    .describedGroups()
                    .values()
                    .iterator()
                    .next()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw e;
        }
    }

    /** The process whose transactional id this is; empty if it is another application's. */
    Optional<String> processOfTransactions(String transactionalId) {
        return process(transactionalId, "[0-9]+");
    }

    /** The process of the stream thread that has this client id; empty if it is not one of this application's. */
    Optional<String> processOfThread(String clientId) {
        return process(clientId, "StreamThread-.*");
    }

    /**
     * The members that are not of this process. Where one stands under a known name, brokers would go on to tell the client id of
     * the process before (KIP-345: a new member under a known name takes the place of the old one), and the transactions of the
     * new one would seem to belong to nobody.
     *
     * @param process empty where no process can be told from another, so that nobody is known to be of another
     */
    Predicate<MemberDescription> ofOtherProcess(Optional<String> process) {
        return member ->
                process.isPresent() && !processOfThread(member.clientId()).equals(process);
    }

    /**
     * Removes members that stand under an instance's name. The others need not wait for the end of their session, nor in a rebalance
     * for members that are dead.
     *
     * @param instanceId the instance's name; its threads join as {@code name-1}, {@code name-2} and so on
     * @param which of them
     */
    void remove(Admin admin, String instanceId, Predicate<MemberDescription> which, Duration patience)
            throws ExecutionException, TimeoutException, InterruptedException {
        Pattern ofInstance = Pattern.compile(Pattern.quote(instanceId) + "-[0-9]+");
        Set<MemberToRemove> former = members(admin, patience).stream()
                .filter(which)
                .flatMap(member -> member.groupInstanceId().stream())
                .filter(name -> ofInstance.matcher(name).matches())
                .map(MemberToRemove::new)
                .collect(Collectors.toSet());
        if (former.isEmpty()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("instance", instanceId)
                .addKeyValue("group", application)
                .log("a former process of this instance did not leave its group; its members are removed");
        try {
            admin.removeMembersFromConsumerGroup(application, new RemoveMembersFromConsumerGroupOptions(former))
                    .all()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // Its session may have ended in between.
            if (!(e.getCause() instanceof UnknownMemberIdException)
                    && !(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    private Optional<String> process(String id, String rest) {
        Matcher matcher =
                Pattern.compile(Pattern.quote(application) + PROCESS + rest).matcher(id);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
