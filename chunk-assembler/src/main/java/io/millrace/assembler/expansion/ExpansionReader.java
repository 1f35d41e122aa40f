package io.millrace.assembler.expansion;

import io.millrace.assembler.core.JobLineParser;
import io.millrace.assembler.core.LineSplitter;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.core.Progress;
import io.millrace.assembler.core.Slice;
import io.millrace.assembler.core.SliceBuilder;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.errors.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
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

    /** How many pieces the stream thread should tell at once. */
    public static final int PIECES_AT_ONCE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ExpansionReader.class);
    private static final long BYTES_PER_READ = 1 << 20;
    private static final long RETRY_SECONDS = 1;

    private final Source source;
    private final PayloadSource payload;
    private final JobLineParser parser;
    private final LineSplitter splitter;
    private final SliceBuilder slices;
    private final Runnable released;
    private final BlockingQueue<List<PlacedPiece>> pieces = new ArrayBlockingQueue<>(2);
    private final BlockingQueue<Readout> ready;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    /** The file's byte up to which pieces are told; used by the stream thread alone. */
    private long told;

    ExpansionReader(
            Source source, PayloadSource payload, JobLineParser parser, ExpansionSettings settings, Runnable released) {
        this.source = source;
        this.payload = payload;
        this.parser = parser;
        this.released = released;
        this.told = source.from().position();
        this.ready = new ArrayBlockingQueue<>(settings.readAhead());
        this.splitter = new LineSplitter(source.from().position(), source.from().lines(), (int)
                settings.maxLine().bytes());
        this.slices = new SliceBuilder(
                source.from(), settings.sliceLines(), settings.sliceSize().bytes());
        this.thread = Thread.ofVirtual().name("expansion-" + source.jobId()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The byte from which on it wants to be told pieces, if it does. */
    public Optional<Long> wanted() {
        return told < source.length() && pieces.remainingCapacity() > 0 ? Optional.of(told) : Optional.empty();
    }

    /** Tells the next pieces; the first one begins at the byte that was {@link #wanted}. */
    public void tell(List<PlacedPiece> next) {
        if (pieces.offer(next) && !next.isEmpty()) {
            told = next.getLast().end();
        }
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
        if (closed.getCount() > 0) {
            closed.countDown();
            thread.interrupt();
            released.run();
        }
    }

    private void run() {
        try {
            ready.put(readToTheEnd());
        } catch (InterruptedException e) {
            // Closed: nobody waits for what is read.
            Thread.currentThread().interrupt();
        }
    }

    private Readout readToTheEnd() throws InterruptedException {
        try {
            while (splitter.position() < source.length()) {
                List<PlacedPiece> told = pieces.take();
                if (told.isEmpty()) {
                    return new Readout.Failed(
                            ErrorCode.FILE_UNREADABLE, "the file has a gap at " + splitter.position());
                }
                readAll(told);
            }
            splitter.end(this::add);
            emit(slices.take());
            return new Readout.Ended(slices.progress());
        } catch (RecordGoneException e) {
            LOG.atWarn().addKeyValue("job", source.jobId()).log("file is gone: {}", e.getMessage());
            return new Readout.Failed(ErrorCode.FILE_UNREADABLE, "the content of the file is no longer kept");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("job", source.jobId()).setCause(e).log("file cannot be expanded");
            return new Readout.Failed(ErrorCode.INTERNAL, "the file cannot be expanded");
        }
    }

    private void readAll(List<PlacedPiece> told) throws InterruptedException, RecordGoneException {
        int from = 0;
        while (from < told.size()) {
            int to = from;
            long bytes = 0;
            while (to < told.size() && (to == from || bytes + told.get(to).length() <= BYTES_PER_READ)) {
                bytes += told.get(to).length();
                to++;
            }
            List<PlacedPiece> group = told.subList(from, to);
            List<byte[]> values = readPatiently(group);
            for (int i = 0; i < group.size(); i++) {
                split(group.get(i), values.get(i));
            }
            from = to;
        }
    }

    private void split(PlacedPiece piece, byte[] value) throws InterruptedException, RecordGoneException {
        if (value.length < piece.skip() + (long) piece.length()) {
            // The offset was given to another record: the topic was made anew.
            throw new RecordGoneException(address(piece), null);
        }
        splitter.feed(value, piece.skip(), piece.length(), this::add);
    }

    private List<byte[]> readPatiently(List<PlacedPiece> group) throws InterruptedException, RecordGoneException {
        List<RecordReader.Address> addresses = new ArrayList<>(group.size());
        for (PlacedPiece piece : group) {
            addresses.add(address(piece));
        }
        while (true) {
            try {
                return payload.read(addresses);
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("job", source.jobId())
                        .setCause(e)
                        .log("file cannot be read now; trying again");
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    throw new InterruptedException("closed");
                }
            }
        }
    }

    private RecordReader.Address address(PlacedPiece piece) {
        return new RecordReader.Address(piece.partition(), piece.recordOffset(), piece.skip() + piece.length());
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
