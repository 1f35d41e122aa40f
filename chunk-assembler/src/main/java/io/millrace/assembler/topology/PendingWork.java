package io.millrace.assembler.topology;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What is still to do after a record is processed, so that a new owner of the partition finds it without looking through
 * all uploads and jobs. For the stream thread alone.
 */
final class PendingWork {
    /** What is to be done. */
    enum Kind {
        /** Go on with a job's expansion. */
        EXPAND('e'),
        /** Expand the chunks of a record-aligned upload that have come. */
        EXPAND_CHUNKS('n'),
        /** Compare an upload with its digest. */
        VERIFY('v'),
        /** Make the pieces of its parts those of a composed upload. */
        COMPOSE('l'),
        /** Delete what is known of the parts of a composed upload. */
        DELETE_PARTS('r'),
        /** Delete the pieces of an upload that is gone. */
        DELETE_PIECES('p'),
        /** Delete the data records of an upload that wait for a commit. */
        DELETE_PROVISIONAL('q'),
        /** Delete what is kept of the chunks of an upload that has ended. */
        DELETE_CHUNKS('d'),
        /** Delete the custom ids of a job that is expanded. */
        DELETE_CUSTOM_IDS('c');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }
    }

    private static final byte[] MARK = {1};

    private final KeyValueStore<byte[], byte[]> pending;
    /** Whether it is known that there is nothing. */
    private boolean empty;

    PendingWork(ProcessorContext<?, ?> context) {
        pending = context.getStateStore(StateStores.PENDING);
    }

    void add(Kind kind, EntityKey on) {
        empty = false;
        pending.put(key(kind, on), MARK);
    }

    void done(Kind kind, EntityKey on) {
        pending.delete(key(kind, on));
    }

    /** The first of this kind, or the first after this one. */
    Optional<EntityKey> next(Kind kind, @Nullable EntityKey after) {
        // A zero byte more makes the smallest key that is larger.
        byte[] from = after == null ? new byte[] {kind.code} : Arrays.copyOf(key(kind, after), keyLength(after) + 1);
        @Nullable
        KeyValue<byte[], byte[]> entry = StoreRanges.first(pending, from, new byte[] {(byte) (kind.code + 1)});
        return entry == null
                ? Optional.empty()
                : Optional.of(EntityKey.parse(Arrays.copyOfRange(entry.key, 1, entry.key.length)));
    }

    /** Cheap while nothing was added since it was empty. */
    boolean isEmpty() {
        if (empty) {
            return true;
        }
        for (Kind kind : Kind.values()) {
            if (next(kind, null).isPresent()) {
                return false;
            }
        }
        empty = true;
        return true;
    }

    private static int keyLength(EntityKey on) {
        return on.bytes().length + 1;
    }

    private static byte[] key(Kind kind, EntityKey on) {
        byte[] bytes = on.bytes();
        return ByteBuffer.allocate(bytes.length + 1).put(kind.code).put(bytes).array();
    }
}
