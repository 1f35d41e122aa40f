package io.millrace.runtime.streams;

import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that are gone, while their work is being taken over. What they wrote last is behind an
 * open transaction, which nobody can read past, and brokers end one only when it timed out and they next look for such (every
 * 10 s by default). Its writer is fenced instead, which ends it at once, as a restart under the same transactional id would. A
 * fenced instance that lives after all (it was frozen, and is out of the group) does nothing that counts and joins again.
 * Thread-safe.
 */
final class AbandonedTransactions implements KafkaStreams.StateListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final long PERIOD_MS = 1_000;

    private final KafkaSettings kafka;
    private final StreamsGroup group;
    private final Optional<String> self;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("abandoned-transactions").factory());

    private @Nullable Future<?> looking;

    /** @param self the own process, if it is known; it never ends its own transactions */
    AbandonedTransactions(StreamsGroup group, Optional<String> self, KafkaSettings kafka) {
        this.group = group;
        this.self = self;
        this.kafka = kafka;
    }

    @Override
    public synchronized void onChange(KafkaStreams.State now, KafkaStreams.State before) {
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
        if (now == KafkaStreams.State.REBALANCING && !thread.isShutdown()) {
            looking = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Ends those of the process that was this one before its death; to be called before the own threads run. They would hold back
     * who takes the work over until a thread of this process takes some.
     *
     * @return their transactional ids
     */
    Collection<String> endOwn(Admin admin, Duration patience)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (self.isEmpty()) {
            return Set.of();
        }
        Map<String, String> open = processesByOpenTransaction(admin, patience);
        open.values().retainAll(Set.of(self.get()));
        end(admin, open.keySet(), patience);
        return open.keySet();
    }

    private void look() {
        try (Admin admin = kafka.admin(CALL_TIMEOUT)) {
            end(admin);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // The brokers end them too, only later.
            LOG.atDebug().setCause(e).log("cannot end abandoned transactions of {}", group.application());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends those that are there.
     *
     * @return their transactional ids
     */
    Collection<String> end(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        // Members last: who has a transaction has been one before it began.
        Map<String, String> open = processesByOpenTransaction(admin, CALL_TIMEOUT);
        Set<String> living = open.isEmpty() ? Set.of() : processesOfMembers(admin);
        if (living.isEmpty()) {
            return Set.of();
        }
        open.values().removeAll(living);
        self.ifPresent(own -> open.values().removeIf(own::equals));
        end(admin, open.keySet(), CALL_TIMEOUT);
        return open.keySet();
    }

    private static void end(Admin admin, Collection<String> ids, Duration patience)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (!ids.isEmpty()) {
            admin.fenceProducers(ids).all().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            LOG.atInfo().addKeyValue("transactional_ids", ids).log("ended what an instance that is gone left open");
        }
    }

    /** By transactional id; two brokers may tell of the same one while its coordinator moves. */
    private Map<String, String> processesByOpenTransaction(Admin admin, Duration patience)
            throws ExecutionException, TimeoutException, InterruptedException {
        return admin
                .listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                .all()
                .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> group.processOfTransactions(id).isPresent())
                .collect(Collectors.toMap(
                        id -> id,
                        id -> group.processOfTransactions(id).orElseThrow(),
                        (one, sameElsewhere) -> one,
                        HashMap::new));
    }

    /** Empty where nobody is a member, or where somebody's client id does not tell its process. */
    private Set<String> processesOfMembers(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<Optional<String>> processes = group.members(admin, CALL_TIMEOUT).stream()
                .map(member -> group.processOfThread(member.clientId()))
                .toList();
        return processes.stream().allMatch(Optional::isPresent)
                ? processes.stream().flatMap(Optional::stream).collect(Collectors.toSet())
                : Set.of();
    }

    @Override
    public synchronized void close() {
        thread.shutdownNow();
    }
}
