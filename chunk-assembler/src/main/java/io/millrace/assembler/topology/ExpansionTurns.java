package io.millrace.assembler.topology;

import io.millrace.assembler.content.ContentReader;
import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.assembler.core.Progress;
import io.millrace.assembler.expansion.ExpansionReader;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.expansion.Readout;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the jobs of one partition their turns: each writes one slice after the other, and when there are more jobs than may
 * be read at the same time, one that had many slices makes room. A huge job so delays nobody for long. For the stream
 * thread alone.
 */
final class ExpansionTurns implements Turn {
    /** After so many slices a job makes room for another, if one waits. */
    private static final int SLICES_BEFORE_ROOM = 32;

    private static final class Active {
        private final EntityKey job;
        private final EntityKey upload;
        private final ExpansionReader reader;
        private int slices;

        Active(EntityKey job, EntityKey upload, ExpansionReader reader) {
            this.job = job;
            this.upload = upload;
            this.reader = reader;
        }
    }

    private final ExpansionReaders readers;
    private final IntSupplier slices;
    private final UploadStore uploads;
    private final ExpansionStore expansions;
    private final PendingWork pending;
    private final ExpansionEmitter emitter;
    private final RoundRobin<Active> reading;

    ExpansionTurns(
            ExpansionReaders readers,
            IntSupplier slices,
            UploadStore uploads,
            ExpansionStore expansions,
            PendingWork pending,
            ExpansionEmitter emitter) {
        this.readers = readers;
        this.slices = slices;
        this.uploads = uploads;
        this.expansions = expansions;
        this.pending = pending;
        this.emitter = emitter;
        this.reading = new RoundRobin<>(pending, PendingWork.Kind.EXPAND, each -> each.job, each -> {
            each.reader.close();
            expansions.customIds().release(each.job);
        });
    }

    @Override
    public void take(long nowMs) {
        reading.fill(job -> open(job, nowMs));
        reading.forEach(this::tellPieces);
        reading.take(slices.getAsInt(), next -> step(next, nowMs));
        if (readers.exhausted()) {
            reading.endIf(each -> each.slices >= SLICES_BEFORE_ROOM);
        }
    }

    @Override
    public void close() {
        reading.close();
    }

    /** Starts to read; false when nothing more may be read now. */
    private boolean open(EntityKey job, long nowMs) {
        @Nullable ExpansionState state = expansions.find(job);
        if (state == null || state.getFinished()) {
            pending.done(PendingWork.Kind.EXPAND, job);
            return true;
        }
        EntityKey upload = new EntityKey(job.tenant(), state.getRequest().getUploadId());
        @Nullable UploadState file = uploads.find(upload);
        if (file == null || file.getStatus() != UploadStatus.UPLOAD_STATUS_COMPLETE) {
            emitter.fail(
                    job, state, ExpansionRecords.failure(ErrorCode.FILE_UNREADABLE, "the file was deleted"), nowMs);
            return true;
        }
        ExpansionReader.Source source =
                new ExpansionReader.Source(job.id(), file.getLength(), ExpansionEmitter.progress(state));
        Optional<ExpansionReader> reader =
                readers.open(source, state.getRequest().getEndpoint());
        reader.ifPresent(opened -> reading.add(new Active(job, upload, opened)));
        return reader.isPresent();
    }

    private void tellPieces(Active job) {
        ContentReader content = job.reader.content();
        content.wanted()
                .ifPresent(position ->
                        content.tell(uploads.stored().from(job.upload, position, ContentReader.PIECES_AT_ONCE)));
    }

    /** Writes what the job has ready; false if there is nothing. */
    private boolean step(Active job, long nowMs) {
        @Nullable Readout readout = job.reader.peek();
        if (readout == null) {
            return false;
        }
        @Nullable ExpansionState state = expansions.find(job.job);
        @Nullable UploadState file = uploads.find(job.upload);
        if (state == null || file == null || file.getStatus() != UploadStatus.UPLOAD_STATUS_COMPLETE) {
            // Activation fails it, as it does every job whose file was deleted.
            reading.end(job);
            return true;
        }
        write(job, state, readout, nowMs);
        return true;
    }

    private void write(Active job, ExpansionState state, Readout readout, long nowMs) {
        switch (readout) {
            case Readout.Ready ready -> {
                if (follows(job, state, ready.slice().from())) {
                    emitter.emit(job.job, state, ready.slice(), nowMs);
                    job.reader.take();
                    job.slices++;
                }
            }
            case Readout.Ended ended -> {
                if (follows(job, state, ended.last())) {
                    emitter.finish(job.job, state, nowMs);
                    reading.end(job);
                }
            }
            case Readout.Failed failed -> {
                emitter.fail(job.job, state, ExpansionRecords.failure(failed.code(), failed.message()), nowMs);
                reading.end(job);
            }
        }
    }

    /** Whether what was read goes on where the last slice ended; if not, the file is read again from there. */
    private boolean follows(Active job, ExpansionState state, Progress read) {
        boolean follows = read.equals(ExpansionEmitter.progress(state));
        if (!follows) {
            reading.end(job);
        }
        return follows;
    }
}
