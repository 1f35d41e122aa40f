package io.millrace.runtime.kafka;

import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one topic back by their addresses, through a bounded pool of consumers without a group. Thread-safe.
 *
 * <p>A consumer fetches about as much as one value is long, because whatever it fetches beyond that is thrown away at the
 * next seek; hence a pool per size class. Only committed records are read.
 */
public final class RecordReader implements AutoCloseable {
    /**
     * Where a value lies.
     *
     * @param size its length or a guess of it; decides how much is fetched at once
     */
    public record Address(int partition, long offset, int size) {}

    private static final int[] CLASSES = {64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Pool> pools = new ArrayList<>();
    private volatile boolean closed;

    /**
     * Starts nothing yet; consumers are made when they are needed.
     *
     * @param clientId names the consumers in logs and metrics
     * @param consumersPerClass how many reads of one size class run at the same time; further ones wait
     */
    public RecordReader(KafkaSettings kafka, String clientId, String topic, int consumersPerClass) {
        this(kafka, clientId, topic, consumersPerClass, record -> {});
    }

    /**
     * The same, with a check of every record that is read.
     *
     * @param check throws where the record is not what was written; the reader throws the same
     */
    public RecordReader(
            KafkaSettings kafka,
            String clientId,
            String topic,
            int consumersPerClass,
            Consumer<ConsumerRecord<byte[], byte[]>> check) {
        for (int fetchBytes : CLASSES) {
            pools.add(new Pool(
                    number -> new RecordCursor(
                            kafka, clientId + "-" + fetchBytes / 1024 + "k-" + number, topic, fetchBytes, check),
                    consumersPerClass));
        }
    }

    /**
     * Reads these values, in this order. Neighbours in the log are read with one fetch where they fit into it. The caller
     * bounds what that is in all, and can give up by an interrupt. Blocks; not for event loops and stream threads.
     *
     * @throws RecordGoneException if one of them is not in the log any more
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer for 30 s, or refuses
     */
    public List<byte[]> read(List<Address> addresses) throws InterruptedException, RecordGoneException {
        List<byte[]> values = new ArrayList<>(addresses.size());
        int from = 0;
        while (from < addresses.size()) {
            Pool pool = poolFor(addresses.get(from));
            int to = from + 1;
            while (to < addresses.size() && poolFor(addresses.get(to)) == pool) {
                to++;
            }
            pool.read(addresses.subList(from, to), values);
            from = to;
        }
        return values;
    }

    /** Closes the consumers; reads under way fail or finish. */
    @Override
    public void close() {
        closed = true;
        pools.forEach(Pool::closeIdle);
    }

    private Pool poolFor(Address address) {
        int index = 0;
        while (index < CLASSES.length - 1 && CLASSES[index] < address.size()) {
            index++;
        }
        return pools.get(index);
    }

    /** The consumers of one size class. */
    private final class Pool {
        private final IntFunction<RecordCursor> cursors;
        private final Semaphore permits;
        private final Deque<RecordCursor> idle = new ConcurrentLinkedDeque<>();
        private final AtomicInteger made = new AtomicInteger();

        /** @param cursors makes a cursor with a number of its own */
        Pool(IntFunction<RecordCursor> cursors, int most) {
            this.cursors = cursors;
            this.permits = new Semaphore(most, true);
        }

        void read(List<Address> addresses, List<byte[]> values) throws InterruptedException, RecordGoneException {
            permits.acquire();
            try {
                RecordCursor cursor = lease();
                boolean usable = false;
                try {
                    for (Address address : addresses) {
                        values.add(cursor.read(address, PATIENCE));
                    }
                    usable = true;
                } catch (InterruptException e) {
                    // Kafka sets the flag again; the exception says the same and clears it.
                    Thread.interrupted();
                    InterruptedException interrupted =
                            new InterruptedException("interrupted while reading records back");
                    interrupted.initCause(e);
                    throw interrupted;
                } finally {
                    giveBack(cursor, usable);
                }
            } finally {
                permits.release();
            }
        }

        private RecordCursor lease() {
            if (closed) {
                throw new IllegalStateException("the reader is closed");
            }
            @Nullable RecordCursor cursor = idle.pollFirst();
            return cursor != null ? cursor : cursors.apply(made.getAndIncrement());
        }

        private void giveBack(RecordCursor cursor, boolean usable) {
            if (usable) {
                idle.addFirst(cursor);
            } else {
                cursor.close();
            }
            if (closed) {
                closeIdle();
            }
        }

        void closeIdle() {
            for (RecordCursor cursor = idle.pollFirst(); cursor != null; cursor = idle.pollFirst()) {
                cursor.close();
            }
        }
    }
}
