package io.millrace.assembler.topology;

import io.millrace.assembler.core.PieceIndex;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.schemas.v1.Piece;
import io.millrace.schemas.v1.UploadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The uploads of one partition and where their bytes lie. For the stream thread alone. */
final class UploadStore {
    private final KeyValueStore<byte[], UploadState> uploads;
    private final KeyValueStore<byte[], Piece> pieces;

    UploadStore(ProcessorContext<?, ?> context) {
        uploads = context.getStateStore(StateStores.UPLOADS);
        pieces = context.getStateStore(StateStores.PIECES);
    }

    @Nullable
    UploadState find(EntityKey upload) {
        return uploads.get(upload.bytes());
    }

    void put(EntityKey upload, UploadState state, List<PlacedPiece> added) {
        for (PlacedPiece piece : added) {
            pieces.put(
                    upload.at(piece.position()),
                    Piece.newBuilder()
                            .setOffset(piece.recordOffset())
                            .setSkip(piece.skip())
                            .setLength(piece.length())
                            .build());
        }
        uploads.put(upload.bytes(), state);
    }

    /** The pieces of an upload, found by range and never loaded as a whole. */
    PieceIndex index(EntityKey upload) {
        return new PieceIndex() {
            @Override
            public @Nullable PlacedPiece floor(long position) {
                return placed(StoreRanges.last(pieces, upload.at(0), upload.at(position)));
            }

            @Override
            public @Nullable PlacedPiece ceiling(long position) {
                return placed(StoreRanges.first(pieces, upload.at(position), upload.at(Long.MAX_VALUE)));
            }
        };
    }

    /** The pieces from this byte on, the first one cut so that it begins there; none if there is a gap. */
    List<PlacedPiece> from(EntityKey upload, long position, int most) {
        Optional<PlacedPiece> first =
                Optional.ofNullable(index(upload).floor(position)).filter(piece -> piece.end() > position);
        if (first.isEmpty()) {
            return List.of();
        }
        List<PlacedPiece> found = new ArrayList<>();
        found.add(first.get().from(position));
        long next = first.get().end();
        for (KeyValue<byte[], Piece> entry :
                StoreRanges.some(pieces, upload.at(next), upload.at(Long.MAX_VALUE), most - 1)) {
            PlacedPiece piece = placed(entry.key, entry.value);
            if (piece.position() != next) {
                return found;
            }
            found.add(piece);
            next = piece.end();
        }
        return found;
    }

    /** Deletes some pieces; returns how many it were. */
    int deletePieces(EntityKey upload, int most) {
        return StoreRanges.delete(pieces, upload, most);
    }

    private static @Nullable PlacedPiece placed(@Nullable KeyValue<byte[], Piece> entry) {
        return entry == null ? null : placed(entry.key, entry.value);
    }

    private static PlacedPiece placed(byte[] key, Piece piece) {
        return new PlacedPiece(EntityKey.position(key), piece.getOffset(), piece.getSkip(), piece.getLength());
    }
}
