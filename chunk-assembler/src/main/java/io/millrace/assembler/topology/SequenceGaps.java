package io.millrace.assembler.topology;

import io.millrace.schemas.v1.ChunkNote;
import io.millrace.schemas.v1.SequenceRange;
import io.millrace.schemas.v1.UploadSequences;
import io.millrace.schemas.v1.UploadState;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Finds the gaps in the numbers of one upload, by a look at those beyond the first gap. */
final class SequenceGaps {
    /** Far more than a client has under way. */
    private static final int MOST_READ = 50_000;

    private final ReadOnlyKeyValueStore<byte[], ChunkNote> notes;
    private final EntityKey upload;
    private final UploadState state;

    SequenceGaps(ReadOnlyKeyValueStore<byte[], ChunkNote> notes, EntityKey upload, UploadState state) {
        this.notes = notes;
        this.upload = upload;
        this.state = state;
    }

    UploadSequences find(int mostGaps) {
        UploadSequences.Builder found =
                UploadSequences.newBuilder().setState(state).setNext(state.getNextSequence());
        long end = state.getNextSequence();
        if (end == state.getEndSequence()) {
            return found.setEnd(end).build();
        }
        int read = 0;
        try (KeyValueIterator<byte[], ChunkNote> there = notes.range(
                ChunkNoteStore.sequenceKey(upload, end), ChunkNoteStore.sequenceKey(upload, Long.MAX_VALUE))) {
            while (read++ < MOST_READ && there.hasNext()) {
                KeyValue<byte[], ChunkNote> next = there.next();
                long number = EntityKey.position(next.key);
                if (number > end) {
                    if (found.getMissingCount() == mostGaps) {
                        break;
                    }
                    found.addMissing(SequenceRange.newBuilder().setFrom(end).setTo(number));
                }
                end = number + 1;
            }
        }
        return found.setEnd(end).build();
    }
}
