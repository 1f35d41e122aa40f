package io.millrace.assembler.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which bytes of an upload are there. It asks only for the neighbours of what arrives, never for all pieces. */
public final class Coverage {
    private Coverage() {}

    /** The stretches of what arrives that are not there yet, in order. */
    public static List<Interval> uncovered(PieceIndex index, Interval arriving) {
        List<Interval> gaps = new ArrayList<>();
        @Nullable PlacedPiece before = index.floor(arriving.from());
        long at = before == null ? arriving.from() : Math.max(arriving.from(), before.end());
        while (at < arriving.to()) {
            @Nullable PlacedPiece next = index.ceiling(at);
            long gapEnd = next == null ? arriving.to() : Math.min(arriving.to(), next.position());
            if (gapEnd > at) {
                gaps.add(new Interval(at, gapEnd));
            }
            at = next == null ? arriving.to() : next.end();
        }
        return gaps;
    }

    /** How far the upload reaches without a gap, when everything below {@code from} is known to be there. */
    public static long contiguous(PieceIndex index, long from) {
        long end = from;
        @Nullable PlacedPiece next = index.ceiling(end);
        while (next != null && next.position() == end) {
            end = next.end();
            next = index.ceiling(end);
        }
        return end;
    }
}
