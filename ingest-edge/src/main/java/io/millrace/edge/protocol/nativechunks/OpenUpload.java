package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.core.SequenceSet;
import io.millrace.edge.ingest.ChunkedUpload;
import io.millrace.edge.ingest.SentChunk;
import io.millrace.edge.ingest.Upload;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestComplete;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One upload on one connection: which of its chunks are acknowledged, and which are on their way. For its event loop alone. */
final class OpenUpload {
    private final int number;
    private final Upload upload;
    private final SequenceSet there;
    private final Set<Long> underWay = new HashSet<>();
    private @Nullable IngestComplete complete;
    private boolean ackDue;

    OpenUpload(int number, ChunkedUpload opened) {
        this.number = number;
        this.upload = opened.upload();
        this.there = opened.there();
    }

    int number() {
        return number;
    }

    Upload upload() {
        return upload;
    }

    SequenceSet there() {
        return there;
    }

    /**
     * A chunk is to be written.
     *
     * @param uploadBytes the most that an upload may have whose length is not known
     * @throws MillraceException if it lies outside of this one
     */
    void check(IngestChunk chunk, long uploadBytes) {
        long most = upload.announced().orElse(uploadBytes);
        if (chunk.getOffset() > most - chunk.getLength()) {
            throw new MillraceException(ErrorCode.UPLOAD_TOO_LARGE, "this upload may have at most " + most + " bytes");
        }
    }

    /** The chunk is on its way from here on. */
    SentChunk sending(IngestChunk chunk) {
        boolean repeated = there.contains(chunk.getSequence()) || !underWay.add(chunk.getSequence());
        OptionalLong firstLine =
                chunk.getFirstLine() > 0 ? OptionalLong.of(chunk.getFirstLine()) : OptionalLong.empty();
        return new SentChunk(chunk.getSequence(), chunk.getOffset(), firstLine, repeated);
    }

    /** The brokers have the chunk. */
    void acknowledged(SentChunk chunk) {
        underWay.remove(chunk.sequence());
        there.add(chunk.sequence(), chunk.sequence() + 1);
    }

    /** The brokers did not take the chunk. */
    void failed(SentChunk chunk) {
        if (!chunk.repeated()) {
            underWay.remove(chunk.sequence());
        }
    }

    /** The client has sent all it has. */
    void completing(IngestComplete asked) {
        complete = asked;
    }

    /** What the client asked, once all that it sent is acknowledged; only once. */
    Optional<IngestComplete> completable() {
        @Nullable IngestComplete asked = complete;
        if (asked == null || there.next() < asked.getCount() || !underWay.isEmpty()) {
            return Optional.empty();
        }
        complete = null;
        return Optional.of(asked);
    }

    /** Whether an ack has become due with this; the next one is sent soon. */
    boolean ackBecomesDue() {
        boolean first = !ackDue;
        ackDue = true;
        return first;
    }

    void ackSent() {
        ackDue = false;
    }
}
