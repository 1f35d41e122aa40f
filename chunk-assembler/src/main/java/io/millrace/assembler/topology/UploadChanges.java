package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.Decision.Changed;
import io.millrace.assembler.core.Decision.Ignored;
import io.millrace.assembler.core.Decision.Refused;
import io.millrace.assembler.core.PieceIndex;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.core.UploadComposition;
import io.millrace.assembler.core.UploadReassembly;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.UploadState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does to the uploads of one partition what {@link UploadReassembly} decides. For the stream thread alone. */
final class UploadChanges {
    private final UploadStore uploads;
    private final ProvisionalStore provisional;
    private final UploadIndexes indexes;
    private final LinkEmitter links;
    private final UploadOutcomes outcomes;
    private final AssemblerMetrics metrics;

    UploadChanges(
            UploadStore uploads,
            ProvisionalStore provisional,
            UploadIndexes indexes,
            LinkEmitter links,
            UploadOutcomes outcomes,
            AssemblerMetrics metrics) {
        this.indexes = indexes;
        this.links = links;
        this.uploads = uploads;
        this.provisional = provisional;
        this.outcomes = outcomes;
        this.metrics = metrics;
    }

    /**
     * Applies a record of an upload.
     *
     * @throws MillraceException if it contradicts its upload; then nothing has changed
     */
    void apply(ChunkRecord record, long atMs) {
        EntityKey upload = new EntityKey(record.tenant(), record.uploadId());
        @Nullable UploadState current = uploads.find(upload);
        Decision decision = decide(record, upload, current, atMs);
        if (record instanceof ChunkRecord.Bytes bytes) {
            came(bytes, decision);
        }
        take(upload, current, decision, atMs);
    }

    /** Counts what was there already of the bytes that a record brought. */
    void came(ChunkRecord.Bytes bytes, Decision decision) {
        switch (decision) {
            case Changed changed -> metrics.repeated(bytes.length() - bytes(changed.pieces()));
            case Ignored ignored -> {
                if (ignored.reason() == Decision.Reason.REPEATED) {
                    metrics.repeated(bytes.length());
                }
            }
            case Refused refused -> {}
        }
    }

    /** Does what is decided about an upload. */
    void take(EntityKey upload, @Nullable UploadState before, Decision decision, long atMs) {
        switch (decision) {
            case Changed changed -> {
                uploads.put(upload, changed.state(), changed.pieces());
                indexes.changed(upload, before, changed.state());
                metrics.assembled(bytes(changed.pieces()));
                if (before == null) {
                    metrics.opened();
                }
                if (!isComposed(before) && isComposed(changed.state())) {
                    links.link(upload, changed.state(), atMs);
                }
                if (before == null || before.getStatus() != changed.state().getStatus()) {
                    outcomes.reached(upload, changed.state(), atMs);
                }
            }
            case Ignored ignored -> metrics.ignored(ignored.reason());
            case Refused refused -> throw new MillraceException(refused.code(), refused.message());
        }
    }

    private Decision decide(ChunkRecord record, EntityKey upload, @Nullable UploadState current, long atMs) {
        PieceIndex index = uploads.stored().index(upload);
        return switch (record) {
            case ChunkRecord.Open open -> UploadReassembly.open(current, open.message(), atMs);
            case ChunkRecord.Bytes bytes -> UploadReassembly.bytes(current, index, bytes, atMs);
            case ChunkRecord.Provisional waiting -> provisional(upload, current, waiting, atMs);
            case ChunkRecord.Commit commit ->
                commit(upload, current, commit.message().getAppendId(), atMs);
            case ChunkRecord.Complete complete -> UploadReassembly.complete(current, index, complete.message(), atMs);
            case ChunkRecord.Cancel cancel -> UploadReassembly.cancel(current, cancel.message(), atMs);
            case ChunkRecord.Numbered other -> throw new IllegalArgumentException("no plain bytes: " + other);
            case ChunkRecord.Expand other -> throw new IllegalArgumentException("no upload's record: " + other);
            case ChunkRecord.OfPart other -> throw new IllegalArgumentException("no upload's record: " + other);
        };
    }

    private Decision provisional(
            EntityKey upload, @Nullable UploadState current, ChunkRecord.Provisional waiting, long atMs) {
        Decision decision = UploadReassembly.provisional(current, waiting.bytes(), atMs);
        if (decision instanceof Changed changed) {
            int kept = provisional.add(upload, waiting, changed.state().getProvisional());
            return new Changed(changed.state().toBuilder().setProvisional(kept).build(), List.of());
        }
        return decision;
    }

    private Decision commit(EntityKey upload, @Nullable UploadState current, String appendId, long atMs) {
        Decision decision = UploadReassembly.commit(current);
        if (!(decision instanceof Changed admitted)) {
            return decision;
        }
        UploadState state = admitted.state();
        for (ChunkRecord.Bytes bytes : provisional.of(upload, appendId)) {
            PieceIndex index = uploads.stored().index(upload);
            if (UploadReassembly.bytes(state, index, bytes, atMs) instanceof Changed grown) {
                uploads.place(upload, grown.pieces());
                metrics.assembled(bytes(grown.pieces()));
                state = grown.state();
            }
        }
        int left = provisional.forget(upload, appendId, state.getContiguous());
        return new Changed(state.toBuilder().setProvisional(left).build(), List.of());
    }

    private static boolean isComposed(@Nullable UploadState state) {
        return state != null && UploadComposition.isComposed(state);
    }

    private static long bytes(List<PlacedPiece> pieces) {
        return pieces.stream().mapToLong(PlacedPiece::length).sum();
    }
}
