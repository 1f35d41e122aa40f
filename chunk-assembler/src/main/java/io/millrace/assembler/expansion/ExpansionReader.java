package io.millrace.assembler.expansion;

import io.millrace.assembler.content.BackgroundRead;
import io.millrace.assembler.content.ContentReader;
import io.millrace.assembler.content.PayloadSource;
import io.millrace.assembler.content.UnreadableContentException;
import io.millrace.assembler.core.JobLineParser;
import io.millrace.assembler.core.Progress;
import io.millrace.assembler.core.Slice;
import io.millrace.assembler.core.SliceBuilder;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.lines.LineSplitter;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one file ahead on a virtual thread of its own. The stream thread tells it where the file's pieces lie and takes
 * what is ready; it never waits here. What is held is bounded: a few slices, and one read.
 */
public final class ExpansionReader implements AutoCloseable {
    /**
     * The file to read.
     *
     * @param jobId for the log
     * @param length its bytes
     * @param from where to begin
     */
    public record Source(String jobId, long length, Progress from) {}

    private static final Logger LOG = LoggerFactory.getLogger(ExpansionReader.class);

    private final Source source;
    private final JobLineParser parser;
    private final LineSplitter splitter;
    private final SliceBuilder slices;
    private final ContentReader content;
    private final BlockingQueue<Readout> ready;
    private final BackgroundRead background;

    ExpansionReader(
            Source source, PayloadSource payload, JobLineParser parser, ExpansionSettings settings, Runnable released) {
        this.source = source;
        this.parser = parser;
        this.content = new ContentReader(source.jobId(), payload, source.from().position(), source.length());
        this.ready = new ArrayBlockingQueue<>(settings.readAhead());
        this.splitter = new LineSplitter(source.from().position(), source.from().lines(), (int)
                settings.maxLine().bytes());
        this.slices = new SliceBuilder(
                source.from(), settings.sliceLines(), settings.sliceSize().bytes());
        this.background = new BackgroundRead("expansion-" + source.jobId(), () -> ready.put(readToTheEnd()), released);
    }

    void start() {
        background.start();
    }

    /** Where the stream thread tells the file's pieces. */
    public ContentReader content() {
        return content;
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
        content.close();
        background.close();
    }

    private Readout readToTheEnd() throws InterruptedException {
        try {
            content.readTo((value, from, length) -> splitter.feed(value, from, length, this::add));
            splitter.end(this::add);
            emit(slices.take());
            return new Readout.Ended(slices.progress());
        } catch (UnreadableContentException e) {
            return new Readout.Failed(ErrorCode.FILE_UNREADABLE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("job", source.jobId()).setCause(e).log("file cannot be expanded");
            return new Readout.Failed(ErrorCode.INTERNAL, "the file cannot be expanded");
        }
    }

    private void add(LineSplitter.Line line) throws InterruptedException {
        emit(slices.add(line, parser.parse(line)));
    }

    private void emit(Optional<Slice> slice) throws InterruptedException {
        if (slice.isPresent()) {
            ready.put(new Readout.Ready(slice.get()));
        }
    }
}
