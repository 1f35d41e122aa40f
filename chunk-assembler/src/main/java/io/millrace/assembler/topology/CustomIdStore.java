package io.millrace.assembler.topology;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongHashSet;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which custom ids the jobs of one partition have used, as fingerprints of 64 bits: one entry for those of a slice, and for jobs
 * that are being read a set in memory, of at most 24 bytes for each line. For the stream thread alone.
 */
final class CustomIdStore {
    /** Older versions had an entry for each custom id: its digest in the key, and one byte as the value. */
    private static final int DIGEST_BYTES = 16;

    private final KeyValueStore<byte[], byte[]> stored;
    private final GradualDeletion<byte[]> deletion;
    private final Map<EntityKey, LongHashSet> used = new HashMap<>();

    CustomIdStore(ProcessorContext<?, ?> context) {
        stored = context.getStateStore(StateStores.CUSTOM_IDS);
        deletion = new GradualDeletion<>(stored);
    }

    /** The custom ids of one slice. */
    final class Claims {
        private final EntityKey job;
        private final LongHashSet all;
        private final LongArrayList added = new LongArrayList();

        private Claims(EntityKey job) {
            this.job = job;
            this.all = used.computeIfAbsent(job, CustomIdStore.this::read);
        }

        /** Notes one; false if an earlier line of the job has it. */
        boolean add(long fingerprint) {
            boolean isNew = all.add(fingerprint);
            if (isNew) {
                added.add(fingerprint);
            }
            return isNew;
        }

        /** Stores those that were new, of the slice that begins with this item. */
        void store(long item) {
            if (added.isEmpty()) {
                return;
            }
            ByteBuffer value = ByteBuffer.allocate(added.size() * Long.BYTES);
            value.asLongBuffer().put(added.toArray());
            stored.put(job.at(item), value.array());
        }
    }

    /** For the next slice of a job. */
    Claims claims(EntityKey job) {
        return new Claims(job);
    }

    /** The job is not read any more, or not now. */
    void release(EntityKey job) {
        used.remove(job);
    }

    /** Forgets some of the job; returns how many entries it were. */
    int delete(EntityKey job, int most) {
        return deletion.some(job, most);
    }

    private LongHashSet read(EntityKey job) {
        LongHashSet all = new LongHashSet();
        try (KeyValueIterator<byte[], byte[]> slices = stored.range(job.first(), job.last())) {
            slices.forEachRemaining(slice -> {
                ByteBuffer fingerprints = slice.value.length == 1
                        ? ByteBuffer.wrap(slice.key, slice.key.length - DIGEST_BYTES, Long.BYTES)
                        : ByteBuffer.wrap(slice.value);
                while (fingerprints.hasRemaining()) {
                    all.add(fingerprints.getLong());
                }
            });
        }
        return all;
    }
}
