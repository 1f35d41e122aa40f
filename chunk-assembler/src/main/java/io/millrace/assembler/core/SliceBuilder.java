package io.millrace.assembler.core;

import io.millrace.schemas.lines.LineSplitter.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers lines until a slice is full by count or by bytes. */
public final class SliceBuilder {
    private final int mostLines;
    private final long mostBytes;
    private Progress from;
    private Progress to;
    private long bytes;
    private List<ParsedLine> lines = new ArrayList<>();

    /** Starts where an expansion stands. */
    public SliceBuilder(Progress from, int mostLines, long mostBytes) {
        this.from = from;
        this.to = from;
        this.mostLines = mostLines;
        this.mostBytes = mostBytes;
    }

    /** Takes the next line; gives what came before it, if that would become too much with it. */
    public Optional<Slice> add(Line line, ParsedLine parsed) {
        boolean full = lines.size() >= mostLines || (bytes + line.text().size() > mostBytes && !lines.isEmpty());
        Optional<Slice> ready = full ? take() : Optional.empty();
        lines.add(parsed);
        bytes += line.text().size();
        to = new Progress(line.end(), line.number(), to.items() + 1);
        return ready;
    }

    /** What is there, if anything. */
    public Optional<Slice> take() {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Slice slice = new Slice(from, to, lines);
        from = to;
        bytes = 0;
        lines = new ArrayList<>();
        return Optional.of(slice);
    }

    /** The end of the last line taken. */
    public Progress progress() {
        return to;
    }
}
