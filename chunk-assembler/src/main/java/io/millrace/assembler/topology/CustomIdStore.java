package io.millrace.assembler.topology;

import com.carrotsearch.hppc.LongArrayList;
import com.carrotsearch.hppc.LongHashSet;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Which custom ids the jobs of one partition have used, as fingerprints of 64 bits: one entry for those of a slice, and for jobs
 * that are being read a set in memory, of at most 24 bytes for each line. Sets of jobs that are not being read now stay as long as there
 * is room: a job whose upload goes on is read again and again, and to read all of its custom ids each time costs the square of its
 * lines. For the stream thread alone.
 */
final class CustomIdStore {
    /** Older versions had an entry for each custom id: its digest in the key, and one byte as the value. */
    private static final int DIGEST_BYTES = 16;

    /** Custom ids of jobs that are not being read now, of each partition: at most 24 MB. A larger job's are read again. */
    private static final int MOST_IDLE = 1_000_000;
    /** What a set takes besides its custom ids, counted as such. */
    private static final int SET = 16;

    private final KeyValueStore<byte[], byte[]> stored;
    private final GradualDeletion<byte[]> deletion;
    private final int mostIdle;
    private final Map<EntityKey, LongHashSet> used = new HashMap<>();
    /** The one that was released first comes first. */
    private final Map<EntityKey, LongHashSet> idle = new LinkedHashMap<>();

    private int idleIds;

    CustomIdStore(ProcessorContext<?, ?> context) {
        this(context, MOST_IDLE);
    }

    /** @param mostIdle custom ids of jobs that are not being read now */
    CustomIdStore(ProcessorContext<?, ?> context, int mostIdle) {
        this.stored = context.getStateStore(StateStores.CUSTOM_IDS);
        this.deletion = new GradualDeletion<>(stored);
        this.mostIdle = mostIdle;
    }

    /** The custom ids of one slice. */
    final class Claims {
        private final EntityKey job;
        private final LongHashSet all;
        private final LongArrayList added = new LongArrayList();

        private Claims(EntityKey job) {
            this.job = job;
            this.all = used.computeIfAbsent(job, CustomIdStore.this::take);
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
        @Nullable LongHashSet all = used.remove(job);
        if (all == null || all.isEmpty() || size(all) > mostIdle) {
            return;
        }
        idle.put(job, all);
        idleIds += size(all);
        for (Iterator<LongHashSet> oldest = idle.values().iterator(); idleIds > mostIdle; oldest.remove()) {
            idleIds -= size(oldest.next());
        }
    }

    /** Forgets some of the job; returns how many entries it were. */
    int delete(EntityKey job, int most) {
        used.remove(job);
        resume(job);
        return deletion.some(job, most);
    }

    private LongHashSet take(EntityKey job) {
        @Nullable LongHashSet known = resume(job);
        return known == null ? read(job) : known;
    }

    private @Nullable LongHashSet resume(EntityKey job) {
        @Nullable LongHashSet known = idle.remove(job);
        if (known != null) {
            idleIds -= size(known);
        }
        return known;
    }

    private static int size(LongHashSet set) {
        return SET + set.size();
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
