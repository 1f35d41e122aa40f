package io.millrace.assembler.core;

import io.millrace.schemas.v1.ChunkNote;
import io.millrace.schemas.v1.UploadState;
import java.util.function.LongPredicate;

/** The sequence numbers of a native upload: what each stood for, and which are there. */
public final class ChunkNumbers {
    private ChunkNumbers() {}

    /** What is kept of a chunk, to know it again. */
    public static ChunkNote note(ChunkRecord.Numbered chunk) {
        return ChunkNote.newBuilder()
                .setCrc32C(chunk.crc32c())
                .setPosition(chunk.bytes().position())
                .setLength(chunk.bytes().length())
                .build();
    }

    /**
     * The upload with one more number.
     *
     * @param there whether another number is there
     */
    public static UploadState with(UploadState state, long number, LongPredicate there) {
        long end = Math.max(state.getEndSequence(), number + 1);
        long next = state.getNextSequence();
        if (number == next) {
            next++;
            while (next < end && there.test(next)) {
                next++;
            }
        }
        return state.toBuilder().setNextSequence(next).setEndSequence(end).build();
    }
}
