package io.millrace.assembler.core;

import java.util.List;

/**
 * Some lines of a job's file, one after another, that become requests in one go.
 *
 * @param from where the first one begins
 * @param to where the line after the last one begins
 */
public record Slice(Progress from, Progress to, List<ParsedLine> lines) {
    /** Copies the lines. */
    public Slice {
        lines = List.copyOf(lines);
    }
}
