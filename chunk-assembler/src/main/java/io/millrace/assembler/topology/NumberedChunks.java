package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkNumbers;
import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.Decision.Changed;
import io.millrace.assembler.core.Decision.Ignored;
import io.millrace.assembler.core.Decision.Reason;
import io.millrace.assembler.core.Decision.Refused;
import io.millrace.assembler.core.UploadReassembly;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ChunkNote;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the chunks of native uploads: the same number always means the same bytes, or the upload fails; a chunk of a
 * record-aligned one is to be expanded as it comes. For the stream thread alone.
 */
final class NumberedChunks {
    private final UploadStore uploads;
    private final ChunkNoteStore notes;
    private final PendingWork pending;
    private final UploadChanges changes;

    NumberedChunks(UploadStore uploads, ChunkNoteStore notes, PendingWork pending, UploadChanges changes) {
        this.uploads = uploads;
        this.notes = notes;
        this.pending = pending;
        this.changes = changes;
    }

    void apply(ChunkRecord.Numbered chunk, long atMs) {
        EntityKey upload = new EntityKey(chunk.tenant(), chunk.uploadId());
        @Nullable UploadState current = uploads.find(upload);
        Decision decision = decide(upload, current, chunk, atMs);
        boolean counts =
                decision instanceof Changed changed && changed.state().getStatus() != UploadStatus.UPLOAD_STATUS_FAILED;
        if (counts) {
            chunk.sequence().ifPresent(number -> notes.number(upload, number, ChunkNumbers.note(chunk)));
            chunk.firstLine().ifPresent(line -> {
                notes.await(upload, chunk, line);
                pending.add(PendingWork.Kind.EXPAND_CHUNKS, upload);
            });
        }
        changes.came(chunk.bytes(), decision);
        changes.take(upload, current, decision, atMs);
    }

    private Decision decide(EntityKey upload, @Nullable UploadState current, ChunkRecord.Numbered chunk, long atMs) {
        if (current == null || current.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
            return UploadReassembly.chunk(current, uploads.stored().index(upload), chunk.bytes(), atMs);
        }
        if (current.getOpen().getRecordAligned() != chunk.firstLine().isPresent()) {
            return new Refused(
                    ErrorCode.INVALID_RECORD,
                    "chunks of record-aligned uploads, and only these, name their first line");
        }
        @Nullable
        ChunkNote before = chunk.sequence().isPresent()
                ? notes.numbered(upload, chunk.sequence().getAsLong())
                : null;
        if (before != null) {
            return before.equals(ChunkNumbers.note(chunk))
                    ? new Ignored(Reason.REPEATED)
                    : UploadReassembly.conflict(
                            current,
                            "the sequence number " + chunk.sequence().getAsLong() + " came twice, with other bytes",
                            atMs);
        }
        return numbered(upload, current, chunk, atMs);
    }

    private Decision numbered(EntityKey upload, UploadState current, ChunkRecord.Numbered chunk, long atMs) {
        Decision decision = UploadReassembly.chunk(current, uploads.stored().index(upload), chunk.bytes(), atMs);
        if (current.getOpen().getRecordAligned() && !isWhole(decision, chunk)) {
            return decision instanceof Refused
                    ? decision
                    : UploadReassembly.conflict(
                            current, "two chunks have the byte " + chunk.bytes().position(), atMs);
        }
        if (decision instanceof Changed changed) {
            return new Changed(withNumber(upload, changed.state(), chunk), changed.pieces());
        }
        // Other numbers brought these bytes; this one is there all the same.
        return decision instanceof Ignored ignored && ignored.reason() == Reason.REPEATED
                ? new Changed(withNumber(upload, current, chunk), List.of())
                : decision;
    }

    private static boolean isWhole(Decision decision, ChunkRecord.Numbered chunk) {
        return decision instanceof Changed changed
                && changed.pieces().size() == 1
                && changed.pieces().getFirst().length() == chunk.bytes().length();
    }

    private UploadState withNumber(EntityKey upload, UploadState state, ChunkRecord.Numbered chunk) {
        return chunk.sequence().isEmpty()
                ? state
                : ChunkNumbers.with(
                        state, chunk.sequence().getAsLong(), number -> notes.numbered(upload, number) != null);
    }
}
