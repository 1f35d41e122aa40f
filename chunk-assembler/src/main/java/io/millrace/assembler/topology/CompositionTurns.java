package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadComposition;
import io.millrace.assembler.topology.PartStore.Link;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.jspecify.annotations.Nullable;

/** Makes the pieces of complete parts those of the upload composed of them, a bounded number at a time. */
final class CompositionTurns implements Turn {
    private static final int PIECES_PER_TURN = 2000;

    private final UploadStore uploads;
    private final PartStore parts;
    private final PendingWork pending;
    private final UploadChanges changes;

    CompositionTurns(UploadStore uploads, PartStore parts, PendingWork pending, UploadChanges changes) {
        this.uploads = uploads;
        this.parts = parts;
        this.pending = pending;
        this.changes = changes;
    }

    @Override
    public void take(long nowMs) {
        pending.next(PendingWork.Kind.COMPOSE, null).ifPresent(composed -> {
            @Nullable UploadState state = uploads.find(composed);
            if (state == null || state.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
                pending.done(PendingWork.Kind.COMPOSE, composed);
            } else if (moveSome(composed, state)) {
                pending.done(PendingWork.Kind.COMPOSE, composed);
                changes.take(composed, state, UploadComposition.assembled(state, nowMs), nowMs);
                pending.add(PendingWork.Kind.DELETE_PARTS, composed);
            }
        });
    }

    /** True when nothing is left to move. */
    private boolean moveSome(EntityKey composed, UploadState state) {
        long begin = 0;
        int moved = 0;
        for (int index = 0; index < state.getOpen().getPartsCount(); index++) {
            Link link = new Link(composed, index);
            moved += parts.move(link, begin, PIECES_PER_TURN - moved);
            if (moved >= PIECES_PER_TURN) {
                return false;
            }
            begin += parts.part(link).getLength();
        }
        return true;
    }
}
