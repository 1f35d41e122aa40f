package io.millrace.assembler.topology;

import io.millrace.assembler.topology.PendingWork.Kind;
import java.util.EnumMap;
import java.util.Map;

/** Deletes what nobody needs any more, a bounded number of entries at a time. For the stream thread alone. */
final class Sweeper implements Turn {
    private static final int ENTRIES_PER_TURN = 2000;

    /** Deletes some of what belongs to an upload or job; returns how many entries it were. */
    @FunctionalInterface
    private interface Deletion {
        int delete(EntityKey of, int most);
    }

    private final Map<Kind, Deletion> deletions;
    private final PendingWork pending;

    Sweeper(
            UploadStore uploads,
            ProvisionalStore provisional,
            PartStore parts,
            ChunkNoteStore notes,
            ExpansionStore expansions,
            PendingWork pending) {
        this.pending = pending;
        deletions = new EnumMap<>(Map.of(
                Kind.DELETE_PIECES, uploads::deletePieces,
                Kind.DELETE_PROVISIONAL, provisional::delete,
                Kind.DELETE_PARTS, parts::deleteParts,
                Kind.DELETE_CHUNKS, notes::delete,
                Kind.DELETE_CUSTOM_IDS, expansions.customIds()::delete));
    }

    @Override
    public void take(long nowMs) {
        deletions.forEach((kind, deletion) -> pending.next(kind, null).ifPresent(gone -> {
            if (deletion.delete(gone, ENTRIES_PER_TURN) < ENTRIES_PER_TURN) {
                pending.done(kind, gone);
            }
        }));
    }
}
