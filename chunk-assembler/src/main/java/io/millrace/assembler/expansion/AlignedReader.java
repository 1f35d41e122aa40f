package io.millrace.assembler.expansion;

import io.millrace.assembler.content.BackgroundRead;
import io.millrace.assembler.content.ContentReader;
import io.millrace.assembler.content.PayloadSource;
import io.millrace.assembler.content.UnreadableContentException;
import io.millrace.assembler.core.AlignedChunk;
import io.millrace.assembler.core.JobLineParser;
import io.millrace.assembler.core.ParsedLine;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.lines.LineSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads some chunks of a record-aligned upload, on a virtual thread of its own. The stream thread takes what is ready; it never
 * waits here. Few chunks are held.
 */
public final class AlignedReader implements AutoCloseable {
    /**
     * A chunk to read.
     *
     * @param piece the whole value of its record
     * @param firstLine the number of its first line
     */
    public record Source(PlacedPiece piece, long firstLine) {}

    /** What a reader has to say next. */
    public sealed interface Readout {
        /** The next chunk. */
        record Ready(AlignedChunk chunk) implements Readout {}

        /** All chunks are read. */
        record Ended() implements Readout {}

        /** A chunk cannot be read; trying again is no use. */
        record Failed(ErrorCode code, String message) implements Readout {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(AlignedReader.class);
    /** So many that a turn, which may be 10 ms after the one before, finds as much as it may write. */
    private static final int CHUNKS_AHEAD = 8;

    private final String uploadId;
    private final List<Source> sources;
    private final PayloadSource payload;
    private final JobLineParser parser;
    private final int longestLine;
    private final BlockingQueue<Readout> ready = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
    private final AtomicReference<@Nullable ContentReader> reading = new AtomicReference<>();
    private final BackgroundRead background;

    AlignedReader(
            String uploadId,
            List<Source> sources,
            PayloadSource payload,
            JobLineParser parser,
            int longestLine,
            Runnable released) {
        this.uploadId = uploadId;
        this.sources = List.copyOf(sources);
        this.payload = payload;
        this.parser = parser;
        this.longestLine = longestLine;
        this.background = new BackgroundRead("expansion-" + uploadId, () -> ready.put(readAll()), released);
    }

    void start() {
        background.start();
    }

    /** What comes next, if it is ready; stays until it is taken. */
    public @Nullable Readout peek() {
        return ready.peek();
    }

    /** Takes what {@link #peek} showed. */
    public void take() {
        ready.remove();
    }

    /** Gives up; what is read ahead is forgotten. */
    @Override
    public void close() {
        @Nullable ContentReader content = reading.get();
        if (content != null) {
            content.close();
        }
        background.close();
    }

    private Readout readAll() throws InterruptedException {
        try {
            for (Source source : sources) {
                ready.put(new Readout.Ready(read(source)));
            }
            return new Readout.Ended();
        } catch (UnreadableContentException e) {
            return new Readout.Failed(ErrorCode.FILE_UNREADABLE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("upload", uploadId).setCause(e).log("chunk cannot be expanded");
            return new Readout.Failed(ErrorCode.INTERNAL, "the file cannot be expanded");
        }
    }

    private AlignedChunk read(Source source) throws InterruptedException, UnreadableContentException {
        PlacedPiece piece = source.piece();
        LineSplitter splitter = new LineSplitter(piece.position(), source.firstLine() - 1, longestLine);
        List<ParsedLine> lines = new ArrayList<>();
        LineSplitter.Sink parsed = line -> lines.add(parser.parse(line));
        boolean[] terminated = new boolean[1];
        ContentReader content = new ContentReader(uploadId, payload, piece.position(), piece.end());
        reading.set(content);
        content.tell(List.of(piece));
        content.readTo((value, from, length) -> {
            splitter.feed(value, from, length, parsed);
            terminated[0] = value[from + length - 1] == '\n';
        });
        splitter.end(parsed);
        return new AlignedChunk(
                piece.recordOffset(), piece.end(), source.firstLine(), splitter.lines() + 1, terminated[0], lines);
    }
}
