package io.millrace.worker.result;

import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.schemas.v1.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gathers results, so that those of one job that come within some milliseconds share a record: what a record costs its writer, the
 * brokers and the publisher is more than what a small result does. Thread-safe.
 */
final class ResultGroups implements AutoCloseable {
    /** Whose results they are. */
    record Address(String tenant, String streamId) {}

    /** Writes one record for these; must not block. */
    @FunctionalInterface
    interface Writer {
        CompletionStage<ProducedTo> write(Address address, List<Result> results);
    }

    /**
     * How much is gathered, whichever comes first.
     *
     * @param results most results of one record
     * @param bytes most bytes of one record; a result that alone has more goes alone
     * @param patience how long the first one waits
     */
    record Bounds(int results, long bytes, Duration patience) {}

    private final Bounds bounds;
    private final Writer writer;
    private final Map<Address, Group> open = new HashMap<>();
    /** In the order in which they began, which is that in which they are due. */
    private final Deque<Group> begun = new ArrayDeque<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean closed;

    ResultGroups(Bounds bounds, Writer writer) {
        this.bounds = bounds;
        this.writer = writer;
        this.thread = Thread.ofPlatform().name("result-groups").daemon().start(this::writeWhatIsDue);
    }

    private final class Group {
        private final Address address;
        private final long dueNanos = System.nanoTime() + bounds.patience().toNanos();
        private final List<Result> results = new ArrayList<>();
        private final List<CompletableFuture<ProducedTo>> waiting = new ArrayList<>();
        private long bytes;
        private boolean taken;

        Group(Address address) {
            this.address = address;
        }

        boolean hasRoomFor(Result result) {
            return results.size() < bounds.results() && bytes + result.getSerializedSize() <= bounds.bytes();
        }

        CompletableFuture<ProducedTo> add(Result result) {
            CompletableFuture<ProducedTo> durable = new CompletableFuture<>();
            results.add(result);
            waiting.add(durable);
            bytes += result.getSerializedSize();
            return durable;
        }

        private CompletionStage<ProducedTo> handOver() {
            try {
                return writer.write(address, results);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedStage(e);
            }
        }

        /** Not under the lock: who waits does more than wait. */
        void write() {
            handOver().whenComplete((where, failure) -> {
                for (CompletableFuture<ProducedTo> each : waiting) {
                    if (failure == null) {
                        each.complete(where);
                    } else {
                        each.completeExceptionally(failure);
                    }
                }
            });
        }
    }

    /** Writes it soon, at the latest after the patience; completes when it is durable. */
    CompletableFuture<ProducedTo> add(Address address, Result result) {
        List<Group> full = new ArrayList<>(2);
        CompletableFuture<ProducedTo> durable;
        lock.lock();
        try {
            @Nullable Group group = open.get(address);
            if (group != null && !group.hasRoomFor(result)) {
                full.add(take(group));
                group = null;
            }
            if (group == null) {
                group = begin(address);
            }
            durable = group.add(result);
            if (closed || group.results.size() == bounds.results() || group.bytes >= bounds.bytes()) {
                full.add(take(group));
            }
        } finally {
            lock.unlock();
        }
        full.forEach(Group::write);
        return durable;
    }

    private Group begin(Address address) {
        Group group = new Group(address);
        open.put(address, group);
        begun.addLast(group);
        if (begun.size() == 1) {
            changed.signal();
        }
        return group;
    }

    private Group take(Group group) {
        group.taken = true;
        open.remove(group.address);
        return group;
    }

    private void writeWhatIsDue() {
        try {
            for (@Nullable Group due = next(); due != null; due = next()) {
                due.write();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next one that is due and was not full before; null when closed and nothing is left. */
    private @Nullable Group next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                @Nullable Group first = begun.peekFirst();
                long left = first == null ? 0 : first.dueNanos - System.nanoTime();
                if (first == null && closed) {
                    return null;
                } else if (first == null) {
                    changed.await();
                } else if (first.taken) {
                    begun.removeFirst();
                } else if (left > 0 && !closed) {
                    changed.awaitNanos(left);
                } else {
                    return take(begun.removeFirst());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is gathered; whatever comes later is written at once. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
