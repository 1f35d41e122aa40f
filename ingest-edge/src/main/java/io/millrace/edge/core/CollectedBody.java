package io.millrace.edge.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The body of a request that comes in numbered pieces, in any order and any of them more than once; bounded. */
public final class CollectedBody {
    private final long limit;
    private final OptionalLong announced;
    private final SortedMap<Long, Piece> pieces = new TreeMap<>();
    private long size;

    private record Piece(long offset, ByteString bytes) {}

    /**
     * Nothing yet.
     *
     * @param limit the most bytes that it may have
     * @param announced how many it will have, where that is known
     */
    public CollectedBody(long limit, OptionalLong announced) {
        this.limit = limit;
        this.announced = announced;
    }

    /**
     * A piece has come.
     *
     * @return how many more bytes are held now; none for a piece that came before
     * @throws MillraceException if the body becomes too long, or another piece came under this number
     */
    public int add(long sequence, long offset, ByteString bytes) {
        Piece piece = new Piece(offset, bytes);
        Piece before = pieces.get(sequence);
        if (before != null) {
            if (!before.equals(piece)) {
                throw new MillraceException(
                        ErrorCode.UPLOAD_CONFLICT, "the chunk " + sequence + " came before with other bytes");
            }
            return 0;
        }
        if (bytes.size() > limit - size) {
            throw new MillraceException(
                    ErrorCode.UPLOAD_TOO_LARGE, "the body of a request may have at most " + limit + " bytes");
        }
        pieces.put(sequence, piece);
        size += bytes.size();
        return bytes.size();
    }

    /** How many bytes are held. */
    public long size() {
        return size;
    }

    /** Whether there are as many pieces as there should be. */
    public boolean has(long count) {
        return pieces.size() >= count;
    }

    /**
     * The whole body, of so many pieces; nothing is held after it.
     *
     * @param sha256 what its digest must be; empty to have it unchecked
     * @throws MillraceException if the pieces do not follow each other, or are not what was announced
     */
    public byte[] take(long count, ByteString sha256) {
        ByteString whole = ByteString.EMPTY;
        for (long sequence = 0; sequence < count; sequence++) {
            Piece piece = pieces.get(sequence);
            if (piece == null || piece.offset() != whole.size()) {
                throw inconsistent("the chunk " + sequence + " of " + count + " must begin at byte " + whole.size());
            }
            whole = whole.concat(piece.bytes());
        }
        if (pieces.size() > count) {
            throw inconsistent("there are more than " + count + " chunks");
        }
        if (announced.isPresent() && announced.getAsLong() != whole.size()) {
            throw inconsistent("the body has " + whole.size() + " bytes, not " + announced.getAsLong());
        }
        byte[] body = whole.toByteArray();
        if (!sha256.isEmpty() && !sha256.equals(digest(body))) {
            throw new MillraceException(ErrorCode.CHECKSUM_MISMATCH, "sha256 does not match the body");
        }
        pieces.clear();
        size = 0;
        return body;
    }

    private static MillraceException inconsistent(String message) {
        return new MillraceException(ErrorCode.INCONSISTENT_LENGTH, message);
    }

    private static ByteString digest(byte[] body) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
