package io.millrace.assembler.core;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pieces of an upload in memory. */
final class PieceMap implements PieceIndex {
    private final TreeMap<Long, PlacedPiece> pieces = new TreeMap<>();

    void add(List<PlacedPiece> added) {
        for (PlacedPiece piece : added) {
            if (pieces.put(piece.position(), piece) != null) {
                throw new AssertionError("two pieces at " + piece.position());
            }
        }
    }

    Collection<PlacedPiece> all() {
        return pieces.values();
    }

    @Override
    public @Nullable PlacedPiece floor(long position) {
        return value(pieces.floorEntry(position));
    }

    @Override
    public @Nullable PlacedPiece ceiling(long position) {
        return value(pieces.ceilingEntry(position));
    }

    private static @Nullable PlacedPiece value(Map.@Nullable Entry<Long, PlacedPiece> entry) {
        return entry == null ? null : entry.getValue();
    }
}
