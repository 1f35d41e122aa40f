package io.millrace.assembler.topology;

import io.millrace.assembler.topology.PendingWork.Kind;
import java.util.Optional;

/** Deletes what nobody needs any more, a bounded number of entries at a time. For the stream thread alone. */
final class Sweeper {
    private static final int ENTRIES_PER_TURN = 2000;

    private final UploadStore uploads;
    private final ExpansionStore expansions;
    private final PendingWork pending;

    Sweeper(UploadStore uploads, ExpansionStore expansions, PendingWork pending) {
        this.uploads = uploads;
        this.expansions = expansions;
        this.pending = pending;
    }

    /** Deletes some. */
    void take() {
        Optional<EntityKey> upload = pending.next(Kind.DELETE_PIECES, null);
        upload.ifPresent(gone -> {
            if (uploads.deletePieces(gone, ENTRIES_PER_TURN) < ENTRIES_PER_TURN) {
                pending.done(Kind.DELETE_PIECES, gone);
            }
        });
        Optional<EntityKey> job = pending.next(Kind.DELETE_CUSTOM_IDS, null);
        job.ifPresent(ended -> {
            if (expansions.deleteCustomIds(ended, ENTRIES_PER_TURN) < ENTRIES_PER_TURN) {
                pending.done(Kind.DELETE_CUSTOM_IDS, ended);
            }
        });
    }
}
