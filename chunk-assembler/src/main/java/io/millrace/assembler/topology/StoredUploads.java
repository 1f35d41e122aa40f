package io.millrace.assembler.topology;

import io.millrace.assembler.core.PieceIndex;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.schemas.v1.ChunkNote;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.Piece;
import io.millrace.schemas.v1.UploadSequences;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The uploads of one partition and where their bytes lie, to be read: by the stream thread, or by queries beside it. */
public final class StoredUploads {
    private final int partition;
    private final ReadOnlyKeyValueStore<byte[], UploadState> uploads;
    private final ReadOnlyKeyValueStore<byte[], Piece> pieces;
    private final ReadOnlyKeyValueStore<byte[], ChunkNote> notes;

    StoredUploads(
            int partition,
            ReadOnlyKeyValueStore<byte[], UploadState> uploads,
            ReadOnlyKeyValueStore<byte[], Piece> pieces,
            ReadOnlyKeyValueStore<byte[], ChunkNote> notes) {
        this.notes = notes;
        this.partition = partition;
        this.uploads = uploads;
        this.pieces = pieces;
    }

    /**
     * Those of a partition that this instance owns.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it does not, or not yet
     */
    public static StoredUploads of(KafkaStreams streams, int partition) {
        return new StoredUploads(
                partition,
                store(streams, StateStores.UPLOADS, partition),
                store(streams, StateStores.PIECES, partition),
                store(streams, StateStores.CHUNKS, partition));
    }

    private static <V> ReadOnlyKeyValueStore<byte[], V> store(KafkaStreams streams, String name, int partition) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<byte[], V>keyValueStore())
                .withPartition(partition));
    }

    /** The upload, if there ever was one. */
    public @Nullable UploadState find(EntityKey upload) {
        return uploads.get(upload.bytes());
    }

    /**
     * Where the content of a complete upload lies; no pieces of any other.
     *
     * @param from the byte that the first piece has, if there is such a byte
     * @param most pieces
     */
    public Optional<ManifestPage> manifest(EntityKey upload, long from, int most) {
        @Nullable UploadState state = find(upload);
        if (state == null) {
            return Optional.empty();
        }
        ManifestPage.Builder page = ManifestPage.newBuilder().setState(state).setPosition(from);
        @Nullable
        PlacedPiece first = state.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE
                ? index(upload).floor(from)
                : null;
        if (first == null || first.end() <= from) {
            return Optional.of(page.build());
        }
        List<PlacedPiece> found = from(upload, first.position(), most);
        found.forEach(piece -> page.addPieces(reference(piece)));
        return Optional.of(page.setPosition(first.position())
                .setMore(found.getLast().end() < state.getLength())
                .build());
    }

    /**
     * Which sequence numbers of a native upload are there.
     *
     * @param most gaps; what is told ends with the last of them
     */
    public Optional<UploadSequences> sequences(EntityKey upload, int most) {
        @Nullable UploadState state = find(upload);
        return state == null ? Optional.empty() : Optional.of(new SequenceGaps(notes, upload, state).find(most));
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

    /** Some of the first pieces, whether or not there are gaps between them. */
    List<PlacedPiece> some(EntityKey upload, int most) {
        return StoreRanges.some(pieces, upload.first(), upload.last(), most).stream()
                .map(entry -> placed(entry.key, entry.value))
                .toList();
    }

    /** Where a piece lies, for those who know nothing of its upload. */
    ChunkReference reference(PlacedPiece piece) {
        return ChunkReference.newBuilder()
                .setPartition(piece.partition())
                .setOffset(piece.recordOffset())
                .setSkip(piece.skip())
                .setLength(piece.length())
                .build();
    }

    private @Nullable PlacedPiece placed(@Nullable KeyValue<byte[], Piece> entry) {
        return entry == null ? null : placed(entry.key, entry.value);
    }

    private PlacedPiece placed(byte[] key, Piece piece) {
        return new PlacedPiece(
                EntityKey.position(key),
                piece.hasPartition() ? piece.getPartition() : partition,
                piece.getOffset(),
                piece.getSkip(),
                piece.getLength());
    }
}
