package io.millrace.assembler.topology;

import com.google.protobuf.MessageLite;
import io.millrace.schemas.ProtobufSerde;
import io.millrace.schemas.v1.ChunkNote;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.PartState;
import io.millrace.schemas.v1.Piece;
import io.millrace.schemas.v1.ProvisionalPiece;
import io.millrace.schemas.v1.UploadState;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The stores, by name. They hold references and bookkeeping, never bytes of uploads. */
public final class StateStores {
    /** {@link UploadState} by {@link EntityKey}. */
    public static final String UPLOADS = "uploads";
    /** {@link Piece} by upload and position. */
    static final String PIECES = "pieces";
    /** {@link ProvisionalPiece} by upload and record offset. */
    static final String PROVISIONAL = "provisional";
    /** The composed uploads to which an upload is linked, by part, composed upload and index. */
    static final String LINKS = "links";
    /** {@link PartState} by composed upload and index. */
    static final String PARTS = "parts";
    /** The uploads that are open or being verified. */
    static final String OPEN = "open";
    /** The purposes of complete files by {@link FileKey}. */
    static final String FILES = "files";
    /** {@link ChunkNote} by upload, kind of note and number, see {@link ChunkNoteStore}. */
    static final String CHUNKS = "chunks";
    /** When uploads and jobs that have ended can be forgotten, by time. */
    static final String ENDED = "ended";
    /** {@link ExpansionState} by job. */
    static final String EXPANSIONS = "expansions";
    /** The custom ids of a job's lines that are requests by now, see {@link CustomIdStore}. */
    static final String CUSTOM_IDS = "custom_ids";
    /** What is still to do, see {@link PendingWork}. */
    static final String PENDING = "pending";

    private StateStores() {}

    static Set<StoreBuilder<?>> builders() {
        return Set.of(
                // Cached, because they are written again with every record.
                messages(UPLOADS, UploadState.getDefaultInstance()).withCachingEnabled(),
                messages(EXPANSIONS, ExpansionState.getDefaultInstance()).withCachingEnabled(),
                messages(PIECES, Piece.getDefaultInstance()).withCachingDisabled(),
                messages(PROVISIONAL, ProvisionalPiece.getDefaultInstance()).withCachingDisabled(),
                messages(PARTS, PartState.getDefaultInstance()).withCachingDisabled(),
                marks(LINKS),
                marks(OPEN),
                marks(FILES),
                messages(CHUNKS, ChunkNote.getDefaultInstance()).withCachingDisabled(),
                marks(ENDED),
                marks(CUSTOM_IDS),
                marks(PENDING));
    }

    private static <T extends MessageLite> StoreBuilder<KeyValueStore<byte[], T>> messages(String name, T message) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), ProtobufSerde.of(message))
                .withLoggingEnabled(Map.of());
    }

    private static StoreBuilder<KeyValueStore<byte[], byte[]>> marks(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of())
                .withCachingDisabled();
    }
}
