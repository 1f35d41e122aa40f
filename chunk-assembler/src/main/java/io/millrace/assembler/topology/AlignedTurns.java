package io.millrace.assembler.topology;

import io.millrace.assembler.core.AlignedChunk;
import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.assembler.core.ParsedLine;
import io.millrace.assembler.expansion.AlignedReader;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Expands the chunks of record-aligned uploads of one partition as they come, in the order of the log, while their uploads go on.
 * An upload holds a reader only while chunks of it wait. For the stream thread alone.
 */
final class AlignedTurns implements Turn {
    private static final int CHUNKS_PER_READER = 32;

    private record Active(EntityKey upload, EntityKey job, AlignedReader reader) {}

    private final ExpansionReaders readers;
    private final IntSupplier slices;
    private final UploadStore uploads;
    private final ChunkNoteStore notes;
    private final ExpansionStore expansions;
    private final PendingWork pending;
    private final ExpansionEmitter emitter;
    private final RoundRobin<Active> reading;

    AlignedTurns(
            ExpansionReaders readers,
            IntSupplier slices,
            UploadStore uploads,
            ChunkNoteStore notes,
            ExpansionStore expansions,
            PendingWork pending,
            ExpansionEmitter emitter) {
        this.readers = readers;
        this.slices = slices;
        this.uploads = uploads;
        this.notes = notes;
        this.expansions = expansions;
        this.pending = pending;
        this.emitter = emitter;
        this.reading = new RoundRobin<>(pending, PendingWork.Kind.EXPAND_CHUNKS, Active::upload, each -> {
            each.reader().close();
            expansions.customIds().release(each.job());
        });
    }

    @Override
    public void take(long nowMs) {
        reading.take(slices.getAsInt(), next -> step(next, nowMs));
        // Last, so that what is opened is read until the next turn.
        reading.fill(upload -> open(upload, nowMs));
    }

    @Override
    public void close() {
        reading.close();
    }

    /** Starts to read, or ends what has come to its end; false when nothing more may be read now. */
    private boolean open(EntityKey upload, long nowMs) {
        EntityKey job = jobOf(upload);
        @Nullable ExpansionState state = unfinished(job);
        if (state == null) {
            // The job has failed before its upload has ended.
            pending.done(PendingWork.Kind.EXPAND_CHUNKS, upload);
            pending.add(PendingWork.Kind.DELETE_CHUNKS, upload);
            return true;
        }
        List<AlignedReader.Source> waiting = notes.waiting(upload, CHUNKS_PER_READER);
        if (waiting.isEmpty()) {
            pending.done(PendingWork.Kind.EXPAND_CHUNKS, upload);
            endIfComplete(upload, job, state, nowMs);
            return true;
        }
        Optional<AlignedReader> reader =
                readers.open(upload.id(), waiting, state.getRequest().getEndpoint());
        reader.ifPresent(opened -> reading.add(new Active(upload, job, opened)));
        return reader.isPresent();
    }

    private void endIfComplete(EntityKey upload, EntityKey job, ExpansionState state, long nowMs) {
        @Nullable UploadState file = uploads.find(upload);
        if (file == null || file.getStatus() != UploadStatus.UPLOAD_STATUS_COMPLETE) {
            return;
        }
        if (state.hasUnterminatedAt() && state.getUnterminatedAt() != file.getLength()) {
            fail(upload, job, state, "a chunk that is not the last one does not end with a line break", nowMs);
        } else {
            emitter.finish(job, state, nowMs);
            pending.add(PendingWork.Kind.DELETE_CHUNKS, upload);
        }
    }

    /** Writes what the upload has ready; false if there is nothing. */
    private boolean step(Active next, long nowMs) {
        AlignedReader.@Nullable Readout readout = next.reader().peek();
        if (readout == null) {
            return false;
        }
        @Nullable ExpansionState state = unfinished(next.job());
        if (state == null) {
            reading.end(next);
            return true;
        }
        switch (readout) {
            case AlignedReader.Readout.Ready ready -> write(next, state, ready.chunk(), nowMs);
            case AlignedReader.Readout.Ended ended -> reading.end(next);
            case AlignedReader.Readout.Failed failed -> {
                emitter.fail(next.job(), state, ExpansionRecords.failure(failed.code(), failed.message()), nowMs);
                pending.add(PendingWork.Kind.DELETE_CHUNKS, next.upload());
                reading.end(next);
            }
        }
        return true;
    }

    private void write(Active next, ExpansionState before, AlignedChunk chunk, long nowMs) {
        EntityKey upload = next.upload();
        if (!notes.isWaiting(upload, chunk.recordOffset())) {
            // Written before a hand-over; it is read again from there.
            reading.end(next);
            return;
        }
        ExpansionState.Builder after = before.toBuilder();
        if (before.getNextLine() == 0) {
            @Nullable String wrong = wrong(upload, before, chunk);
            if (wrong != null) {
                fail(upload, next.job(), before, wrong, nowMs);
                reading.end(next);
                return;
            }
            notes.takeLines(upload, chunk);
            if (!chunk.terminated()) {
                after.setUnterminatedAt(chunk.end());
            }
        }
        List<ParsedLine> lines =
                chunk.from(before.getNextLine(), readers.settings().sliceLines());
        boolean more = !lines.isEmpty() && chunk.hasAfter(lines.getLast().number());
        after.setNextLine(more ? lines.getLast().number() + 1 : 0);
        emitter.emit(next.job(), after.build(), lines, nowMs);
        if (!more) {
            notes.expanded(upload, chunk.recordOffset());
            next.reader().take();
        }
    }

    /** What is wrong with the chunk's lines among those of the others, if anything is. */
    private @Nullable String wrong(EntityKey upload, ExpansionState state, AlignedChunk chunk) {
        if (notes.overlaps(upload, chunk)) {
            return "two chunks have the same line, at or after line " + chunk.firstLine();
        }
        if (!chunk.terminated() && state.hasUnterminatedAt()) {
            return "two chunks do not end with a line break";
        }
        return null;
    }

    private void fail(EntityKey upload, EntityKey job, ExpansionState state, String why, long nowMs) {
        emitter.fail(job, state, ExpansionRecords.failure(ErrorCode.UPLOAD_CONFLICT, why), nowMs);
        pending.add(PendingWork.Kind.DELETE_CHUNKS, upload);
    }

    private @Nullable ExpansionState unfinished(EntityKey job) {
        @Nullable ExpansionState state = expansions.find(job);
        return state == null || state.getFinished() ? null : state;
    }

    private static EntityKey jobOf(EntityKey upload) {
        return new EntityKey(upload.tenant(), Ids.jobOfUpload(upload.tenant(), upload.id()));
    }
}
