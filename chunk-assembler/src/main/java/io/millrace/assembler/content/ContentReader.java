package io.millrace.assembler.content;

import io.millrace.assembler.core.PlacedPiece;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.errors.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one file in order. One thread reads and may wait; the stream thread tells it where the file's pieces lie and never
 * waits. What is held is bounded: one read.
 */
public final class ContentReader implements AutoCloseable {
    /** Takes the bytes; may wait. */
    @FunctionalInterface
    public interface Sink {
        /** The file's next bytes. */
        void bytes(byte[] value, int from, int length) throws InterruptedException;
    }

    /** How many pieces the stream thread should tell at once. */
    public static final int PIECES_AT_ONCE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ContentReader.class);
    private static final long BYTES_PER_READ = 1 << 20;
    private static final long RETRY_SECONDS = 1;

    private final String subject;
    private final PayloadSource payload;
    private final long length;
    private final BlockingQueue<List<PlacedPiece>> pieces = new ArrayBlockingQueue<>(2);
    private final CountDownLatch closed = new CountDownLatch(1);
    /** The file's byte up to which pieces are told; used by the stream thread alone. */
    private long told;

    private long position;

    /**
     * Starts nothing yet.
     *
     * @param subject the job or upload, for the log
     * @param from the byte to begin with
     * @param length of the whole file
     */
    public ContentReader(String subject, PayloadSource payload, long from, long length) {
        this.subject = subject;
        this.payload = payload;
        this.length = length;
        this.told = from;
        this.position = from;
    }

    /** The byte from which on it wants to be told pieces, if it does. */
    public Optional<Long> wanted() {
        return told < length && pieces.remainingCapacity() > 0 ? Optional.of(told) : Optional.empty();
    }

    /** Tells the next pieces; the first one begins at the byte that was {@link #wanted}. None means that there is a gap. */
    public void tell(List<PlacedPiece> next) {
        if (pieces.offer(next) && !next.isEmpty()) {
            told = next.getLast().end();
        }
    }

    /** Reads to the file's end. Waits for pieces to be told, and for Kafka as long as it does not answer. */
    public void readTo(Sink sink) throws InterruptedException, UnreadableContentException {
        while (position < length) {
            List<PlacedPiece> next = pieces.take();
            if (next.isEmpty()) {
                throw new UnreadableContentException("the file has a gap at " + position, null);
            }
            try {
                readAll(next, sink);
            } catch (RecordGoneException e) {
                LOG.atWarn().addKeyValue("subject", subject).log("file is gone: {}", e.getMessage());
                throw new UnreadableContentException("the content of the file is no longer kept", e);
            } catch (MillraceException e) {
                LOG.atError().addKeyValue("subject", subject).log("file is damaged: {}", e.getMessage());
                throw new UnreadableContentException("the content of the file is damaged", e);
            }
        }
    }

    /** Ends waiting for Kafka; whoever reads is to be interrupted as well. */
    @Override
    public void close() {
        closed.countDown();
    }

    private void readAll(List<PlacedPiece> next, Sink sink) throws InterruptedException, RecordGoneException {
        int from = 0;
        while (from < next.size()) {
            int to = from;
            long bytes = 0;
            while (to < next.size() && (to == from || bytes + next.get(to).length() <= BYTES_PER_READ)) {
                bytes += next.get(to).length();
                to++;
            }
            List<PlacedPiece> group = next.subList(from, to);
            List<byte[]> values = readPatiently(group);
            for (int i = 0; i < group.size(); i++) {
                hand(group.get(i), values.get(i), sink);
            }
            from = to;
        }
    }

    private void hand(PlacedPiece piece, byte[] value, Sink sink) throws InterruptedException, RecordGoneException {
        if (value.length < piece.skip() + (long) piece.length()) {
            // The offset was given to another record: the topic was made anew.
            throw new RecordGoneException(address(piece), null);
        }
        sink.bytes(value, piece.skip(), piece.length());
        position = piece.end();
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
                LOG.atWarn().addKeyValue("subject", subject).setCause(e).log("file cannot be read now; trying again");
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    throw new InterruptedException("closed");
                }
            }
        }
    }

    private static RecordReader.Address address(PlacedPiece piece) {
        return new RecordReader.Address(piece.partition(), piece.recordOffset(), piece.skip() + piece.length());
    }
}
