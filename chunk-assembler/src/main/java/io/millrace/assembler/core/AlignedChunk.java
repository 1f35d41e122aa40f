package io.millrace.assembler.core;

import java.util.List;

/**
 * A chunk of a record-aligned upload, read: it holds whole lines.
 *
 * @param recordOffset the chunk record
 * @param end the file's byte after its last
 * @param firstLine the number of its first line, from 1
 * @param endLine the number of the line after its last one
 * @param terminated whether a line break ends it
 * @param lines those that are not blank
 */
public record AlignedChunk(
        long recordOffset, long end, long firstLine, long endLine, boolean terminated, List<ParsedLine> lines) {
    /** Copies the lines. */
    public AlignedChunk {
        lines = List.copyOf(lines);
    }

    /** The lines from this number on, at most so many. */
    public List<ParsedLine> from(long number, int most) {
        return lines.stream()
                .filter(line -> line.number() >= number)
                .limit(most)
                .toList();
    }

    /** Whether there are lines with a higher number than this. */
    public boolean hasAfter(long number) {
        return !lines.isEmpty() && lines.getLast().number() > number;
    }
}
