package io.millrace.edge.ingest;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Collects network buffers until there is enough for a piece; copies every byte once, into its piece. */
final class PieceBuffer {
    private final int pieceSize;
    private final Deque<Buffer> buffers = new ArrayDeque<>();
    private int size;

    PieceBuffer(int pieceSize) {
        this.pieceSize = pieceSize;
    }

    void add(Buffer buffer) {
        if (buffer.length() > 0) {
            buffers.add(buffer);
            size += buffer.length();
        }
    }

    boolean hasFullPiece() {
        return size >= pieceSize;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The next piece: a full one, or whatever is there. */
    byte[] take() {
        byte[] piece = new byte[Math.min(size, pieceSize)];
        int filled = 0;
        while (filled < piece.length) {
            Buffer first = buffers.removeFirst();
            int count = Math.min(first.length(), piece.length - filled);
            first.getBytes(0, count, piece, filled);
            if (count < first.length()) {
                buffers.addFirst(first.slice(count, first.length()));
            }
            filled += count;
        }
        size -= piece.length;
        return piece;
    }
}
