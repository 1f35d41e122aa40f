package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadLife;
import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.UploadState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Forgets the uploads of one partition that ended long ago, and the jobs, a bounded number at a time. */
final class ForgettingTurn implements Turn {
    private static final int MOST_PER_TURN = 500;

    private final UploadLife life;
    private final EndedStore ended;
    private final UploadStore uploads;
    private final UploadIndexes indexes;
    private final PartStore parts;
    private final ExpansionStore expansions;
    private final PendingWork pending;

    ForgettingTurn(
            UploadLife life,
            EndedStore ended,
            UploadStore uploads,
            UploadIndexes indexes,
            PartStore parts,
            ExpansionStore expansions,
            PendingWork pending) {
        this.life = life;
        this.ended = ended;
        this.uploads = uploads;
        this.indexes = indexes;
        this.parts = parts;
        this.expansions = expansions;
        this.pending = pending;
    }

    @Override
    public void take(long nowMs) {
        for (EntityKey due : ended.take(nowMs, MOST_PER_TURN)) {
            if (due.id().startsWith(Ids.BATCH)) {
                expansions.delete(due);
            } else {
                forget(due, nowMs);
            }
        }
    }

    private void forget(EntityKey upload, long nowMs) {
        @Nullable UploadState state = uploads.find(upload);
        if (state == null) {
            return;
        }
        Optional<Long> at = life.forgottenAt(state);
        if (at.isPresent() && at.get() > nowMs) {
            // It was a file when this was noted, and has been deleted since.
            ended.add(at.get(), upload);
        } else if (at.isPresent()) {
            uploads.delete(upload);
            indexes.changed(upload, state, null);
            parts.links(upload).forEach(link -> parts.unlink(upload, link));
            pending.add(PendingWork.Kind.DELETE_PIECES, upload);
        }
    }
}
