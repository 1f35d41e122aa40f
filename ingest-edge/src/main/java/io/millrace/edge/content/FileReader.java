package io.millrace.edge.content;

import io.millrace.edge.ingest.Upload;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.UploadStatus;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Reads some bytes of one file in order and hands them on. What it holds at a time is bounded. */
final class FileReader {
    private static final int PIECES_PER_PAGE = 256;
    private static final long BYTES_PER_READ = 512 << 10;

    private final UploadQueries queries;
    private final RecordReader chunks;
    private final Upload file;
    private final ClientSink sink;

    private long position;
    private long end;

    FileReader(UploadQueries queries, RecordReader chunks, Upload file, ClientSink sink) {
        this.queries = queries;
        this.chunks = chunks;
        this.file = file;
        this.sink = sink;
    }

    /** Hands on the bytes from one (inclusive) to another (exclusive); returns how many. */
    long read(long from, long to) throws InterruptedException {
        position = from;
        end = to;
        while (position < end) {
            ManifestPage page = page();
            if (page.getPiecesCount() == 0 || page.getPosition() > position) {
                throw missing(page.getState().getStatus());
            }
            readAll(page);
        }
        sink.end();
        return to - from;
    }

    private ManifestPage page() throws InterruptedException {
        try {
            return queries.manifest(file.tenant(), file.id(), position, PIECES_PER_PAGE)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MillraceException known
                    ? known
                    : new MillraceException(ErrorCode.UNAVAILABLE, "the file cannot be read now", e);
        }
    }

    private void readAll(ManifestPage page) throws InterruptedException {
        long begins = page.getPosition();
        List<ChunkReference> group = new ArrayList<>();
        long groupBegins = begins;
        for (ChunkReference piece : page.getPiecesList()) {
            if (begins >= end) {
                break;
            }
            if (!group.isEmpty() && begins + piece.getLength() - groupBegins > BYTES_PER_READ) {
                readGroup(group, groupBegins);
                group.clear();
                groupBegins = begins;
            }
            group.add(piece);
            begins += piece.getLength();
        }
        readGroup(group, groupBegins);
    }

    private void readGroup(List<ChunkReference> group, long groupBegins) throws InterruptedException {
        List<byte[]> values = values(group);
        long begins = groupBegins;
        for (int i = 0; i < group.size(); i++) {
            hand(group.get(i), begins, values.get(i));
            begins += group.get(i).getLength();
        }
    }

    private void hand(ChunkReference piece, long begins, byte[] value) throws InterruptedException {
        if (value.length < piece.getSkip() + (long) piece.getLength()) {
            // The offset was given to another record: the topic was made anew.
            throw gone(null);
        }
        int before = (int) (position - begins);
        int count = (int) Math.min(piece.getLength() - before, end - position);
        int start = piece.getSkip() + before;
        sink.write(Buffer.buffer(value).slice(start, start + count));
        position += count;
    }

    private List<byte[]> values(List<ChunkReference> group) throws InterruptedException {
        List<RecordReader.Address> addresses = group.stream()
                .map(piece -> new RecordReader.Address(
                        piece.getPartition(), piece.getOffset(), piece.getSkip() + piece.getLength()))
                .toList();
        try {
            return chunks.read(addresses);
        } catch (RecordGoneException e) {
            throw gone(e);
        } catch (KafkaException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the file cannot be read now", e);
        }
    }

    /** While an assembler does not know yet that its work is another's, it may be behind what the other has told. */
    private MillraceException missing(UploadStatus status) {
        return status == UploadStatus.UPLOAD_STATUS_OPEN || status == UploadStatus.UPLOAD_STATUS_VERIFYING
                ? new MillraceException(ErrorCode.UNAVAILABLE, "the file cannot be read now")
                : gone(null);
    }

    private MillraceException gone(@Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.FILE_UNREADABLE, "the content of " + file.id() + " is no longer kept", cause);
    }
}
