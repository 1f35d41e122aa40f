package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestChunk;
import java.util.Set;

/** What a chunk must look like, whatever it is a part of. */
final class ChunkRules {
    private static final Set<ErrorCode> OF_A_CHUNK = Set.of(
            ErrorCode.INVALID_REQUEST,
            ErrorCode.UNSUPPORTED_CODEC,
            ErrorCode.CHECKSUM_MISMATCH,
            ErrorCode.INCONSISTENT_LENGTH,
            ErrorCode.UPLOAD_TOO_LARGE,
            ErrorCode.UNAVAILABLE);

    private ChunkRules() {}

    /**
     * Checks what can be told before it is decoded.
     *
     * @param chunkBytes the most bytes that it may have
     * @param recordAligned whether it must say its first line
     */
    static void check(IngestChunk chunk, long chunkBytes, boolean recordAligned) {
        if (chunk.getSequence() < 0 || chunk.getOffset() < 0 || chunk.getLength() < 1) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST, "sequence and offset must be at least 0, length at least 1");
        }
        if (chunk.getLength() > chunkBytes) {
            throw new MillraceException(
                    ErrorCode.UPLOAD_TOO_LARGE, "a chunk may have at most " + chunkBytes + " bytes");
        }
        if (recordAligned != chunk.getFirstLine() > 0) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST, "first_line is for record-aligned uploads, and begins at 1");
        }
    }

    /** Whether the error concerns one chunk alone, which may be sent again; any other one ends what it is a part of. */
    static boolean concernsChunk(ErrorCode code) {
        return OF_A_CHUNK.contains(code);
    }
}
