package io.millrace.assembler.topology;

import io.millrace.assembler.core.AlignedChunk;
import io.millrace.assembler.core.ChunkNumbers;
import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.expansion.AlignedReader;
import io.millrace.schemas.v1.ChunkNote;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of chunks besides where their bytes lie: their numbers, until the upload ends, and of record-aligned ones what is
 * still to be expanded and which lines are taken. For the stream thread alone.
 */
final class ChunkNoteStore {
    private static final byte SEQUENCE = 's';
    private static final byte WAITING = 'a';
    private static final byte LINES = 'l';

    private final int partition;
    private final KeyValueStore<byte[], ChunkNote> notes;
    private final GradualDeletion<ChunkNote> deletion;

    ChunkNoteStore(ProcessorContext<?, ?> context) {
        partition = context.taskId().partition();
        notes = context.getStateStore(StateStores.CHUNKS);
        deletion = new GradualDeletion<>(notes);
    }

    /** The chunk that came with this number. */
    @Nullable
    ChunkNote numbered(EntityKey upload, long sequence) {
        return notes.get(key(upload, SEQUENCE, sequence));
    }

    void number(EntityKey upload, long sequence, ChunkNote note) {
        notes.put(key(upload, SEQUENCE, sequence), note);
    }

    /** The key of a number, for those who only read. */
    static byte[] sequenceKey(EntityKey upload, long sequence) {
        return key(upload, SEQUENCE, sequence);
    }

    /** A record-aligned chunk is to be expanded. */
    void await(EntityKey upload, ChunkRecord.Numbered chunk, long firstLine) {
        notes.put(
                key(upload, WAITING, chunk.bytes().recordOffset()),
                ChunkNumbers.note(chunk).toBuilder().setFirstLine(firstLine).build());
    }

    /** Some of the chunks that are to be expanded, in the order in which they came. */
    List<AlignedReader.Source> waiting(EntityKey upload, int most) {
        return StoreRanges.some(notes, key(upload, WAITING, 0), key(upload, WAITING, Long.MAX_VALUE), most).stream()
                .map(this::source)
                .toList();
    }

    boolean isWaiting(EntityKey upload, long recordOffset) {
        return notes.get(key(upload, WAITING, recordOffset)) != null;
    }

    /** Whether a chunk that is expanded by now has one of these lines. */
    boolean overlaps(EntityKey upload, AlignedChunk chunk) {
        @Nullable
        KeyValue<byte[], ChunkNote> before =
                StoreRanges.last(notes, key(upload, LINES, 0), key(upload, LINES, chunk.endLine() - 1));
        return before != null && before.value.getEndLine() > chunk.firstLine();
    }

    /** The chunk's lines are taken. */
    void takeLines(EntityKey upload, AlignedChunk chunk) {
        notes.put(
                key(upload, LINES, chunk.firstLine()),
                ChunkNote.newBuilder().setEndLine(chunk.endLine()).build());
    }

    /** The chunk is expanded. */
    void expanded(EntityKey upload, long recordOffset) {
        notes.delete(key(upload, WAITING, recordOffset));
    }

    /** Deletes some notes; returns how many it were. */
    int delete(EntityKey upload, int most) {
        return deletion.some(upload, most);
    }

    private AlignedReader.Source source(KeyValue<byte[], ChunkNote> entry) {
        ChunkNote note = entry.value;
        return new AlignedReader.Source(
                new PlacedPiece(note.getPosition(), partition, EntityKey.position(entry.key), 0, note.getLength()),
                note.getFirstLine());
    }

    private static byte[] key(EntityKey upload, byte kind, long number) {
        return upload.with(
                ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(number).array());
    }
}
