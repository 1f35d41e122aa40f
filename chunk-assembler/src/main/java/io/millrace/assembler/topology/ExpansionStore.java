package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadLife;
import io.millrace.schemas.v1.ExpansionState;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** How far the jobs of one partition are expanded. For the stream thread alone. */
final class ExpansionStore {
    private final KeyValueStore<byte[], ExpansionState> expansions;
    private final CustomIdStore customIds;
    private final EndedStore ended;
    private final UploadLife life;

    ExpansionStore(ProcessorContext<?, ?> context, EndedStore ended, UploadLife life) {
        this.ended = ended;
        this.life = life;
        expansions = context.getStateStore(StateStores.EXPANSIONS);
        customIds = new CustomIdStore(context);
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

    /** The custom ids that the jobs' lines have. */
    CustomIdStore customIds() {
        return customIds;
    }
}
