package io.millrace.assembler.topology;

import io.millrace.assembler.core.PlacedPiece;
import io.millrace.schemas.v1.Piece;
import io.millrace.schemas.v1.UploadState;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Changes the uploads of one partition. For the stream thread alone. */
final class UploadStore {
    private final int partition;
    private final KeyValueStore<byte[], UploadState> uploads;
    private final KeyValueStore<byte[], Piece> pieces;
    private final StoredUploads stored;
    private final GradualDeletion<Piece> deletion;

    UploadStore(ProcessorContext<?, ?> context) {
        partition = context.taskId().partition();
        uploads = context.getStateStore(StateStores.UPLOADS);
        pieces = context.getStateStore(StateStores.PIECES);
        deletion = new GradualDeletion<>(pieces);
        stored = new StoredUploads(partition, uploads, pieces, context.getStateStore(StateStores.CHUNKS));
    }

    /** What is there. */
    StoredUploads stored() {
        return stored;
    }

    @Nullable
    UploadState find(EntityKey upload) {
        return stored.find(upload);
    }

    void put(EntityKey upload, UploadState state, List<PlacedPiece> added) {
        place(upload, added);
        uploads.put(upload.bytes(), state);
    }

    /** Forgets the upload, but not its pieces. */
    void delete(EntityKey upload) {
        uploads.delete(upload.bytes());
    }

    /** Adds pieces without a change of the upload's state. */
    void place(EntityKey upload, List<PlacedPiece> added) {
        for (PlacedPiece piece : added) {
            pieces.put(upload.at(piece.position()), stored(piece));
        }
    }

    /** Takes pieces away. */
    void remove(EntityKey upload, List<PlacedPiece> removed) {
        removed.forEach(piece -> pieces.delete(upload.at(piece.position())));
    }

    /** Deletes some pieces; returns how many it were. */
    int deletePieces(EntityKey upload, int most) {
        return deletion.some(upload, most);
    }

    /** Nearly every piece lies in the upload's own partition, so that is left out. */
    private Piece stored(PlacedPiece piece) {
        Piece.Builder stored = Piece.newBuilder()
                .setOffset(piece.recordOffset())
                .setSkip(piece.skip())
                .setLength(piece.length());
        if (piece.partition() != partition) {
            stored.setPartition(piece.partition());
        }
        return stored.build();
    }
}
