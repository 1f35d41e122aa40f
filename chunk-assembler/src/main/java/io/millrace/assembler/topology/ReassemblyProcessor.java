package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.core.UploadJob;
import io.millrace.assembler.core.UploadReassembly;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the chunk records of one partition together. A record is checked before anything changes, so one that is refused
 * leaves nothing behind. What takes longer than a record (expansions, deletions) is done in bounded turns, which run only
 * while there is something to do.
 */
final class ReassemblyProcessor implements Processor<byte[], byte[], byte[], Emitted> {
    private static final Logger LOG = LoggerFactory.getLogger(ReassemblyProcessor.class);

    private final ExpansionReaders readers;
    private final ProcessedOffsets offsets;
    private final AssemblerMetrics metrics;
    private Task task;

    @NullUnmarked
    ReassemblyProcessor(ExpansionReaders readers, ProcessedOffsets offsets, AssemblerMetrics metrics) {
        this.readers = readers;
        this.offsets = offsets;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<byte[], Emitted> context) {
        task = new Task(context);
        offsets.reset(partition(context));
        task.scheduleTurns();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        task.process(record);
    }

    @Override
    public void close() {
        offsets.reset(partition(task.context));
        task.close();
    }

    private static TopicPartition partition(ProcessorContext<byte[], Emitted> context) {
        return new TopicPartition(Topics.CHUNKS, context.taskId().partition());
    }

    /** What exists from {@code init} on. */
    private final class Task {
        private final ProcessorContext<byte[], Emitted> context;
        private final UploadStore uploads;
        private final ExpansionStore expansions;
        private final PendingWork pending;
        private final ExpansionEmitter emitter;
        private final ExpansionTurns turns;
        private final Sweeper sweeper;
        private @Nullable Cancellable schedule;

        Task(ProcessorContext<byte[], Emitted> context) {
            this.context = context;
            uploads = new UploadStore(context);
            expansions = new ExpansionStore(context);
            pending = new PendingWork(context);
            emitter = new ExpansionEmitter(context, expansions, pending, metrics);
            turns = new ExpansionTurns(readers, uploads, expansions, pending, emitter);
            sweeper = new Sweeper(uploads, expansions, pending);
        }

        void process(Record<byte[], byte[]> record) {
            RecordMetadata at = context.recordMetadata().orElseThrow();
            try {
                apply(ChunkRecordDecoder.decode(record, at), record.timestamp());
            } catch (KafkaException e) {
                // No fault of the record: it will be processed again.
                throw e;
            } catch (RuntimeException e) {
                metrics.refused(AssemblerApplication.cause(e).code());
                offsets.processed(new TopicPartition(at.topic(), at.partition()), at.offset());
                throw e;
            }
            offsets.processed(new TopicPartition(at.topic(), at.partition()), at.offset());
        }

        private void apply(ChunkRecord record, long atMs) {
            if (record instanceof ChunkRecord.Expand expand) {
                expand(expand.message(), atMs);
                return;
            }
            EntityKey upload = new EntityKey(record.tenant(), record.uploadId());
            @Nullable UploadState current = uploads.find(upload);
            switch (decide(record, upload, current, atMs)) {
                case Decision.Changed changed -> change(record, upload, changed, atMs);
                case Decision.Ignored ignored -> metrics.ignored(ignored.reason());
                case Decision.Refused refused -> throw new MillraceException(refused.code(), refused.message());
            }
        }

        private Decision decide(ChunkRecord record, EntityKey upload, @Nullable UploadState current, long atMs) {
            return switch (record) {
                case ChunkRecord.Open open -> UploadReassembly.open(current, open.message(), atMs);
                case ChunkRecord.Bytes bytes ->
                    UploadReassembly.bytes(current, uploads.stored().index(upload), bytes, atMs);
                case ChunkRecord.Complete complete ->
                    UploadReassembly.complete(current, uploads.stored().index(upload), complete.message(), atMs);
                case ChunkRecord.Cancel cancel -> UploadReassembly.cancel(current, cancel.message());
                case ChunkRecord.Expand expand -> throw new IllegalArgumentException("no upload's record: " + expand);
            };
        }

        private void change(ChunkRecord record, EntityKey upload, Decision.Changed changed, long atMs) {
            uploads.put(upload, changed.state(), changed.pieces());
            metrics.assembled(
                    changed.pieces().stream().mapToLong(PlacedPiece::length).sum());
            switch (record) {
                case ChunkRecord.Open open -> metrics.opened();
                case ChunkRecord.Cancel cancel -> cancelled(upload);
                case ChunkRecord.Bytes bytes -> {}
                case ChunkRecord.Complete complete -> {}
                case ChunkRecord.Expand expand -> {}
            }
            if (changed.completed()) {
                completed(changed.state(), atMs);
            }
        }

        private void completed(UploadState state, long atMs) {
            metrics.completed();
            LOG.atInfo()
                    .addKeyValue("upload", state.getOpen().getUploadId())
                    .addKeyValue("bytes", state.getLength())
                    .log("upload is complete");
            if (state.getOpen().hasJob()) {
                UploadJob job = UploadJob.of(state);
                emitter.event(job.expand(), ExpansionRecords.submitted(job.expand(), job.submitted()), atMs);
                expand(job.expand(), atMs);
            }
        }

        private void cancelled(EntityKey upload) {
            metrics.cancelled();
            pending.add(PendingWork.Kind.DELETE_PIECES, upload);
            scheduleTurns();
            LOG.atInfo().addKeyValue("upload", upload.id()).log("upload is gone");
        }

        private void expand(ExpandFile request, long atMs) {
            EntityKey job = new EntityKey(request.getTenant(), request.getJobId());
            if (expansions.find(job) != null) {
                metrics.ignored(Decision.Reason.REPEATED);
                return;
            }
            @Nullable UploadState file = uploads.find(new EntityKey(request.getTenant(), request.getUploadId()));
            if (file != null && file.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE) {
                emitter.begin(job, request);
                scheduleTurns();
            } else {
                ExpansionState nothing =
                        ExpansionState.newBuilder().setRequest(request).build();
                emitter.fail(
                        job,
                        nothing,
                        ExpansionRecords.failure(ErrorCode.FILE_NOT_FOUND, "the file does not exist"),
                        atMs);
            }
        }

        /** Turns cost a transaction each time, so they run only while something is pending. */
        private void scheduleTurns() {
            if (schedule == null && !pending.isEmpty()) {
                schedule = context.schedule(
                        readers.settings().interval(), PunctuationType.WALL_CLOCK_TIME, this::takeTurns);
            }
        }

        private void takeTurns(long nowMs) {
            turns.take(nowMs);
            sweeper.take();
            if (pending.isEmpty()) {
                cancelTurns();
            }
        }

        private void cancelTurns() {
            if (schedule != null) {
                schedule.cancel();
                schedule = null;
            }
        }

        void close() {
            cancelTurns();
            turns.close();
        }
    }
}
