package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.TurnPace;
import io.millrace.assembler.core.UploadLife;
import io.millrace.runtime.streams.SourceRecords;
import io.millrace.schemas.Topics;
import java.util.List;
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

/**
 * Puts the chunk records of one partition together. A record is checked before anything changes, so one that is refused
 * leaves nothing behind. What takes longer than a record (expansions, deletions) is done in bounded turns, which run only
 * while there is something to do.
 */
final class ReassemblyProcessor implements Processor<byte[], byte[], byte[], Emitted> {
    private final Surroundings surroundings;
    private Task task;

    @NullUnmarked
    ReassemblyProcessor(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void init(ProcessorContext<byte[], Emitted> context) {
        task = new Task(context);
        surroundings.offsets().reset(partition(context));
        task.scheduleTurns();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        task.process(record);
    }

    @Override
    public void close() {
        surroundings.offsets().reset(partition(task.context));
        task.close();
    }

    private static TopicPartition partition(ProcessorContext<byte[], Emitted> context) {
        return new TopicPartition(Topics.CHUNKS, context.taskId().partition());
    }

    /** What exists from {@code init} on. */
    private final class Task {
        private final ProcessorContext<byte[], Emitted> context;
        private final PendingWork pending;
        private final ExpansionStarts expansions;
        private final UploadChanges changes;
        private final PartChanges partChanges;
        private final NumberedChunks numbered;
        private final TurnPace pace;
        private final EarlyCommits commits;
        private final List<Turn> turns;
        private final Cancellable sweeping;
        private @Nullable Cancellable schedule;

        Task(ProcessorContext<byte[], Emitted> context) {
            this.context = context;
            this.pace = new TurnPace(surroundings.nanoTime());
            UploadStore uploads = new UploadStore(context);
            ProvisionalStore provisional = new ProvisionalStore(context);
            EndedStore ended = new EndedStore(context);
            UploadLife life = surroundings.life();
            UploadIndexes indexes = new UploadIndexes(context, ended, life);
            ExpansionStore jobs = new ExpansionStore(context, ended, life);
            ChunkNoteStore notes = new ChunkNoteStore(context);
            pending = new PendingWork(context);
            AssemblerMetrics metrics = surroundings.metrics();
            commits = new EarlyCommits(context, surroundings.commits());
            ExpansionEmitter emitter = new ExpansionEmitter(
                    context, jobs, pending, surroundings.expansions().settings().grouping(), commits, metrics);
            expansions = new ExpansionStarts(uploads, jobs, pending, emitter, metrics);
            PartStore parts = new PartStore(context, uploads);
            LinkEmitter links = new LinkEmitter(context, uploads.stored());
            UploadOutcomes outcomes =
                    new UploadOutcomes(expansions, parts, links, pending, surroundings.settled(), metrics);
            changes = new UploadChanges(uploads, provisional, indexes, links, outcomes, metrics);
            partChanges = new PartChanges(uploads, parts, links, pending, changes);
            numbered = new NumberedChunks(uploads, notes, pending, changes);
            turns = List.of(
                    new ExpansionTurns(surroundings.expansions(), this::slices, uploads, jobs, pending, emitter),
                    new AlignedTurns(surroundings.expansions(), this::slices, uploads, notes, jobs, pending, emitter),
                    new VerificationTurns(surroundings.digests(), uploads, pending, changes),
                    new CompositionTurns(uploads, parts, pending, changes),
                    new Sweeper(uploads, provisional, parts, notes, jobs, pending));
            Turn forgetting = new ForgettingTurn(life, ended, uploads, indexes, parts, jobs, pending);
            sweeping = context.schedule(surroundings.sweepInterval(), PunctuationType.WALL_CLOCK_TIME, nowMs -> {
                forgetting.take(nowMs);
                scheduleTurns();
            });
        }

        void process(Record<byte[], byte[]> record) {
            RecordMetadata at = SourceRecords.metadata(context);
            pace.processed();
            try {
                apply(ChunkRecordDecoder.decode(record, at), at.topic().equals(Topics.LINKS), record.timestamp());
            } catch (KafkaException e) {
                // No fault of the record: it will be processed again.
                throw e;
            } catch (RuntimeException e) {
                surroundings.metrics().refused(AssemblerApplication.cause(e).code());
                processed(at);
                throw e;
            }
            processed(at);
            scheduleTurns();
        }

        private void processed(RecordMetadata at) {
            surroundings.offsets().processed(new TopicPartition(at.topic(), at.partition()), at.offset());
        }

        private void apply(ChunkRecord record, boolean fromOwner, long atMs) {
            switch (record) {
                case ChunkRecord.Expand expand -> expansions.expand(expand.message(), atMs);
                case ChunkRecord.OfPart part -> partChanges.apply(part, fromOwner, atMs);
                case ChunkRecord.Numbered chunk -> numbered.apply(chunk, atMs);
                default -> changes.apply(record, atMs);
            }
        }

        private int slices() {
            return pace.slices(surroundings.expansions().settings().slicesPerTurn());
        }

        /** Turns cost a transaction each time, so they run only while something is pending. */
        private void scheduleTurns() {
            if (schedule == null && !pending.isEmpty()) {
                schedule = context.schedule(
                        surroundings.expansions().settings().interval(),
                        PunctuationType.WALL_CLOCK_TIME,
                        this::takeTurns);
            }
        }

        private void takeTurns(long nowMs) {
            pace.take(() -> turns.forEach(turn -> turn.take(nowMs)));
            commits.askIfAllowed();
            if (pending.isEmpty() && !commits.isWanted()) {
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
            sweeping.cancel();
            cancelTurns();
            turns.forEach(Turn::close);
        }
    }
}
