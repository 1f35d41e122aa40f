package io.millrace.assembler.topology;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** When the uploads and jobs of one partition can be forgotten. For the stream thread alone. */
final class EndedStore {
    private static final byte[] MARK = {1};

    private final KeyValueStore<byte[], byte[]> ended;

    EndedStore(ProcessorContext<?, ?> context) {
        ended = context.getStateStore(StateStores.ENDED);
    }

    void add(long forgottenAtMs, EntityKey ended) {
        this.ended.put(key(forgottenAtMs, ended), MARK);
    }

    /** Takes out what is due, but not more than so many. */
    List<EntityKey> take(long nowMs, int most) {
        byte[] from = ByteBuffer.allocate(Long.BYTES).array();
        byte[] to = ByteBuffer.allocate(Long.BYTES).putLong(nowMs + 1).array();
        return StoreRanges.some(ended, from, to, most).stream()
                .map(entry -> {
                    ended.delete(entry.key);
                    return EntityKey.parse(Arrays.copyOfRange(entry.key, Long.BYTES, entry.key.length));
                })
                .toList();
    }

    private static byte[] key(long atMs, EntityKey ended) {
        byte[] bytes = ended.bytes();
        return ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(Math.max(0, atMs))
                .put(bytes)
                .array();
    }
}
