package io.millrace.worker.payload;

import com.google.protobuf.ByteString;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.worker.inference.ReferencedBodies;
import java.util.List;

/** Reads bodies back from the chunk topic, piece by piece. Thread-safe. */
public final class ChunkBodies implements ReferencedBodies {
    private final RecordReader reader;
    private final long maxBytes;

    /** @param maxBytes the longest body; bounds what one request holds in memory */
    public ChunkBodies(RecordReader reader, long maxBytes) {
        this.reader = reader;
        this.maxBytes = maxBytes;
    }

    @Override
    public ByteString read(FileManifest references) throws InterruptedException {
        check(references);
        ByteString body = ByteString.EMPTY;
        for (ChunkReference piece : references.getPiecesList()) {
            // One record at a time, because a piece can be a small part of a large record.
            body = body.concat(piece(piece));
        }
        return body;
    }

    private void check(FileManifest references) {
        if (references.getLength() > maxBytes) {
            throw new MillraceException(
                    ErrorCode.INPUT_TOO_LONG,
                    "the request has " + references.getLength() + " bytes; at most " + maxBytes + " are allowed");
        }
        long length = 0;
        for (ChunkReference piece : references.getPiecesList()) {
            if (piece.getPartition() < 0 || piece.getOffset() < 0 || piece.getSkip() < 0 || piece.getLength() <= 0) {
                throw new MillraceException(ErrorCode.INVALID_REQUEST, "references has a piece that lies nowhere");
            }
            length += piece.getLength();
        }
        if (length != references.getLength()) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST,
                    "the pieces of references have " + length + " bytes, not " + references.getLength());
        }
    }

    private ByteString piece(ChunkReference piece) throws InterruptedException {
        int end = Math.addExact(piece.getSkip(), piece.getLength());
        byte[] value;
        try {
            value = reader.read(List.of(new RecordReader.Address(piece.getPartition(), piece.getOffset(), end)))
                    .getFirst();
        } catch (RecordGoneException e) {
            throw new MillraceException(ErrorCode.FILE_UNREADABLE, "the request's body is no longer kept", e);
        }
        if (value.length < end) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST, "references has a piece that lies outside its chunk");
        }
        return ByteString.copyFrom(value, piece.getSkip(), piece.getLength());
    }
}
