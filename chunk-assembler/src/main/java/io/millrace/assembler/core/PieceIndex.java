package io.millrace.assembler.core;

import org.jspecify.annotations.Nullable;

/** The pieces of one upload in the order of their positions; none overlaps another. */
public interface PieceIndex {
    /** The last piece that begins at this byte or before it. */
    @Nullable
    PlacedPiece floor(long position);

    /** The first piece that begins at this byte or after it. */
    @Nullable
    PlacedPiece ceiling(long position);
}
