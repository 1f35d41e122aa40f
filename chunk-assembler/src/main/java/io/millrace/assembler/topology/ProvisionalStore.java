package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkRecord;
import io.millrace.schemas.v1.ProvisionalPiece;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Data records of one partition that wait for the commit of their append. Of one upload only so many are kept; then the
 * oldest one goes, which nearly always belongs to an append that was given up. For the stream thread alone.
 */
final class ProvisionalStore {
    /** Per upload: an append of 16 GiB in pieces of 1 MiB. */
    static final int MOST = 16_384;

    private final int partition;
    private final KeyValueStore<byte[], ProvisionalPiece> provisional;
    private final GradualDeletion<ProvisionalPiece> deletion;

    ProvisionalStore(ProcessorContext<?, ?> context) {
        partition = context.taskId().partition();
        provisional = context.getStateStore(StateStores.PROVISIONAL);
        deletion = new GradualDeletion<>(provisional);
    }

    /** Keeps a record; returns how many of its upload there are now, when there were so many before. */
    int add(EntityKey upload, ChunkRecord.Provisional record, int before) {
        int kept = before;
        if (kept >= MOST) {
            @Nullable
            KeyValue<byte[], ProvisionalPiece> oldest = StoreRanges.first(provisional, upload.first(), upload.last());
            if (oldest != null) {
                provisional.delete(oldest.key);
                kept--;
            }
        }
        provisional.put(
                upload.at(record.bytes().recordOffset()),
                ProvisionalPiece.newBuilder()
                        .setAppendId(record.appendId())
                        .setPosition(record.bytes().position())
                        .setLength(record.bytes().length())
                        .build());
        return kept + 1;
    }

    /** The records of an append, in the order in which they came. */
    List<ChunkRecord.Bytes> of(EntityKey upload, String appendId) {
        List<ChunkRecord.Bytes> found = new ArrayList<>();
        for (KeyValue<byte[], ProvisionalPiece> entry : all(upload)) {
            if (entry.value.getAppendId().equals(appendId)) {
                found.add(new ChunkRecord.Bytes(
                        upload.tenant(),
                        upload.id(),
                        entry.value.getPosition(),
                        entry.value.getLength(),
                        partition,
                        EntityKey.position(entry.key)));
            }
        }
        return found;
    }

    /** Forgets what is committed, and what no commit could add to an upload that has reached this byte; returns what is left. */
    int forget(EntityKey upload, String committed, long contiguous) {
        int left = 0;
        for (KeyValue<byte[], ProvisionalPiece> entry : all(upload)) {
            long end = entry.value.getPosition() + entry.value.getLength();
            if (entry.value.getAppendId().equals(committed) || end <= contiguous) {
                provisional.delete(entry.key);
            } else {
                left++;
            }
        }
        return left;
    }

    /** Deletes some records; returns how many it were. */
    int delete(EntityKey upload, int most) {
        return deletion.some(upload, most);
    }

    private List<KeyValue<byte[], ProvisionalPiece>> all(EntityKey upload) {
        return StoreRanges.some(provisional, upload.first(), upload.last(), MOST);
    }
}
