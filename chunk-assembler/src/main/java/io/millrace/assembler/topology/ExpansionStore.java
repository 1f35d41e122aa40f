package io.millrace.assembler.topology;

import com.google.protobuf.ByteString;
import io.millrace.assembler.core.UploadLife;
import io.millrace.schemas.v1.ExpansionState;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** How far the jobs of one partition are expanded, and which custom ids they have used. For the stream thread alone. */
final class ExpansionStore {
    private static final byte[] MARK = {1};

    private final KeyValueStore<byte[], ExpansionState> expansions;
    private final KeyValueStore<byte[], byte[]> customIds;
    private final GradualDeletion<byte[]> deletion;

    private final EndedStore ended;
    private final UploadLife life;

    ExpansionStore(ProcessorContext<?, ?> context, EndedStore ended, UploadLife life) {
        this.ended = ended;
        this.life = life;
        expansions = context.getStateStore(StateStores.EXPANSIONS);
        customIds = context.getStateStore(StateStores.CUSTOM_IDS);
        deletion = new GradualDeletion<>(customIds);
    }

    @Nullable
    ExpansionState find(EntityKey job) {
        return expansions.get(job.bytes());
    }

    void put(EntityKey job, ExpansionState state) {
        expansions.put(job.bytes(), state);
        if (state.getFinished()) {
            ended.add(state.getRequest().getDeadlineMs() + life.retentionMs(), job);
        }
    }

    void delete(EntityKey job) {
        expansions.delete(job.bytes());
    }

    /** Notes a custom id; false if an earlier line of the job has it. */
    boolean claim(EntityKey job, ByteString customIdDigest) {
        return customIds.putIfAbsent(job.with(customIdDigest.toByteArray()), MARK) == null;
    }

    /** Forgets some custom ids of the job; returns how many it were. */
    int deleteCustomIds(EntityKey job, int most) {
        return deletion.some(job, most);
    }
}
